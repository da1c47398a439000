import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

const MAIN = fileURLToPath(new URL('../../../apps/holdfast/src/main.ts', import.meta.url));
const run = promisify(execFile);
const MIB = 1024 * 1024;

describe('TL-3 shared files of the product', () => {
  const dir = tempDir();
  let product: Product;
  const data = join(dir.path, 'data');

  beforeAll(async () => {
    mkdirSync(data);
    product = await startProduct(data, await freePort());
  });
  afterAll(async () => {
    await product?.stop();
    dir.remove();
  });

  const rest = (method: string, path: string, body?: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${product.url}/api/v1/files${path}`, {
      method,
      headers: {
        authorization: `Bearer ${product.key}`,
        ...(body ? { 'content-type': 'application/octet-stream' } : {}),
        ...headers,
      },
      ...(body ? { body: Buffer.from(body) } : {}),
    });
  const cli = async (...args: string[]) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: dir.path, HOLDFAST_DATA_DIR: data, LANG: 'C.UTF-8' };
    try {
      const { stdout, stderr } = await run(process.execPath, [MAIN, 'files', ...args], { env, cwd: dir.path });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  };
  const json = async (...args: string[]) => {
    const { code, stdout } = await cli(...args, '--json');
    return { code, value: JSON.parse(stdout) as Record<string, unknown> };
  };

  it('keep versions over REST, and refuse what was made from an old one', async () => {
    const put = (text: string, headers = {}) =>
      rest('PUT', '/content?path=notes/a.md&message=why', Buffer.from(text), headers);
    expect(await (await put('one\n', { 'if-match': '"0"' })).json()).toMatchObject({ version: 1, message: 'why' });
    expect(await (await put('two\n', { 'if-match': '"1"' })).json()).toMatchObject({ version: 2, base: 1 });
    const late = await put('three\n', { 'if-match': '"1"' });
    expect(late.status).toBe(409);
    const { error } = (await late.json()) as { error: { details: { draft: string; current: number } } };
    expect(error).toMatchObject({ code: 'CONFLICT', details: { current: 2, merge: 'conflicts' } });
    expect(await (await rest('GET', `/drafts/${error.details.draft}`)).text()).toBe('three\n');
    const read = await rest('GET', '/content?path=notes/a.md.v1');
    expect([read.headers.get('etag'), await read.text()]).toEqual(['"1"', 'one\n']);
    expect(await (await rest('GET', '/diff?path=notes/a.md&before=1')).json()).toMatchObject({
      diff: expect.stringContaining('-one\n+two\n'),
    });
    const back = await product.call('POST', '/api/v1/files/rollback', { path: 'notes/a.md', version: 1 });
    expect(back.body).toMatchObject({ version: 3 });
    expect((await rest('DELETE', '/content?path=notes/a.md')).status).toBe(200);
    expect((await rest('GET', '/content?path=notes/a.md')).status).toBe(404);
    expect(await (await rest('GET', '?prefix=notes/')).json()).toEqual({ files: [], next: null });
    expect(await (await rest('GET', '/versions?path=notes/a.md&limit=2')).json()).toMatchObject({
      versions: [{ version: 4, deleted: true }, { version: 3 }],
    });
  });

  it('refuse bad input over REST', async () => {
    for (const [method, path, headers] of [
      ['PUT', '/content?path=../a', {}],
      ['PUT', '/content?path=a', { 'if-match': 'soon' }],
      ['PUT', '/content?path=a', { 'x-holdfast-fence': '-1' }],
      ['PUT', `/content?path=a&sha256=${'0'.repeat(64)}`, {}],
      ['POST', '/delta?path=a', {}],
      ['GET', '/content', {}],
      ['GET', '?limit=5000', {}],
      ['GET', '/drafts/none', {}],
    ] as const) {
      const answer = await rest(method, path, method === 'GET' ? undefined : Buffer.from('x'), headers);
      expect([path, answer.status]).toEqual([path, 400]);
    }
    await rest('PUT', '/content?path=bad.bin', randomBytes(1000));
    const noDelta = await rest('POST', '/delta?path=bad.bin&base=1', randomBytes(100));
    expect(noDelta.status).toBe(400);
    expect((await rest('POST', '/fetch?path=bad.bin', randomBytes(100))).status).toBe(400);
    expect(await (await rest('GET', '/versions?path=bad.bin')).json()).toMatchObject({ versions: [{ version: 1 }] });
  });

  it('are locked with a token that writes carry', async () => {
    const lock = (ms: number) =>
      product.call('POST', '/api/v1/files/lock', { path: 'locked.md', ttl_ms: ms, wait_ms: 5000 });
    const first = await lock(50);
    const second = await lock(60_000);
    const put = (token: unknown) =>
      rest('PUT', '/content?path=locked.md', Buffer.from('x'), { 'x-holdfast-fence': String(token) });
    expect((await put(first.body['token'])).status).toBe(409);
    expect((await put(second.body['token'])).status).toBe(200);
    const taken = await product.call('POST', '/api/v1/files/lock', { path: 'locked.md' });
    expect(taken.body).toMatchObject({ error: { code: 'CONFLICT', details: { reason: 'locked', path: 'locked.md' } } });
    const { holder } = second.body;
    const extended = await product.call('POST', '/api/v1/files/lock/extend', { path: 'locked.md', holder });
    expect(extended.status).toBe(200);
    const unlocked = await product.call('POST', '/api/v1/files/unlock', { path: 'locked.md', holder });
    expect(unlocked.body).toEqual({ released: true });
  });

  it('are among the tools of agents', async () => {
    const { body } = await product.call('GET', '/api/v1/tools');
    const names = (body['tools'] as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name.startsWith('shared_'));
    const verbs = ['diff', 'history', 'list', 'read', 'rollback', 'write'];
    expect(names.toSorted()).toEqual(verbs.map((verb) => `shared_${verb}`));
    const { body: report } = await product.call('GET', '/api/v1/doctor');
    expect(report['checks']).toContainEqual(expect.objectContaining({ name: 'locks', ok: true }));
  });

  it('may be larger than a message: they go in parts and come as a stream', async () => {
    const content = randomBytes(20 * MIB);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const made = await rest('PUT', `/content?path=large.bin&sha256=${sha256}`, content);
    expect(await made.json()).toMatchObject({ version: 1, size: content.length, sha256 });
    const read = await rest('GET', '/content?path=large.bin');
    expect(Buffer.from(await read.arrayBuffer()).equals(content)).toBe(true);
    expect(read.headers.get('x-holdfast-sha256')).toBe(sha256);
  });

  it('are used from the command line', async () => {
    writeFileSync(join(dir.path, 'report.md'), 'a\nb\n');
    expect(await json('put', 'cli/report.md', 'report.md', '-m', 'first')).toMatchObject({ value: { version: 1 } });
    writeFileSync(join(dir.path, 'report.md'), 'a\nB\n');
    expect((await cli('put', 'cli/report.md', 'report.md', '--base', '1')).stdout).toContain('version 2');
    expect((await cli('put', 'cli/report.md', 'report.md', '--base', '1')).code).toBe(1);
    for (const none of ['not-there.md', '.']) {
      const refused = await cli('put', 'cli/none.md', none);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('nothing was sent');
    }
    expect((await cli('cat', 'cli/report.md', '1')).stdout).toBe('a\nb\n');
    expect((await cli('diff', 'cli/report.md', '1')).stdout).toContain('-b\n+B\n');
    expect((await cli('log', 'cli/report.md')).stdout).toContain('first');
    expect((await cli('rollback', 'cli/report.md', '1')).stdout).toContain('version 3');
    expect((await json('list', 'cli/')).value).toMatchObject({ files: [{ path: 'cli/report.md', version: 3 }] });
    const lock = (await json('lock', 'cli/report.md', '--ttl', '60')).value;
    expect((await cli('unlock', 'cli/report.md', String(lock['holder']))).code).toBe(0);
    expect((await cli('unlock', 'cli/report.md', String(lock['holder']))).code).toBe(1);
    expect((await cli('rm', 'cli/report.md')).code).toBe(0);
    expect((await cli('cat', 'cli/report.md')).code).toBe(1);
    expect((await cli('diff', 'cli/report.md', 'x')).code).toBe(2);
  });

  it('go both ways between folders, only what changed, and no change is lost', { timeout: 120_000 }, async () => {
    const [a, b] = [join(dir.path, 'a'), join(dir.path, 'b')];
    mkdirSync(join(a, 'sub'), { recursive: true });
    const content = randomBytes(4 * MIB);
    writeFileSync(join(a, 'large.bin'), content);
    writeFileSync(join(a, 'sub', '磐石.md'), 'hello\n');
    expect((await json('sync', 'a', 'shared')).value).toMatchObject({ uploaded: 2, downloaded: 0 });
    expect((await json('sync', 'b', 'shared/')).value).toMatchObject({ uploaded: 0, downloaded: 2 });
    expect(readFileSync(join(b, 'sub', '磐石.md'), 'utf8')).toBe('hello\n');

    // An edit in the midst of a large file: up and down as deltas.
    const edited = Buffer.concat([content.subarray(0, MIB), Buffer.from('edited'), content.subarray(MIB)]);
    writeFileSync(join(b, 'large.bin'), edited);
    const up = (await json('sync', 'b', 'shared')).value;
    expect(up).toMatchObject({ uploaded: 1, downloaded: 0 });
    expect(Number(up['sent']) + Number(up['received'])).toBeLessThan(MIB / 4);
    const down = (await json('sync', 'a', 'shared')).value;
    expect(Number(down['saved'])).toBeGreaterThan(3 * MIB);
    expect(readFileSync(join(a, 'large.bin')).equals(edited)).toBe(true);
    expect((await json('sync', 'a', 'shared')).value).toMatchObject({ sent: 0, received: 0, uploaded: 0 });

    // Changed on both sides: told, and left as it is.
    writeFileSync(join(a, 'sub', '磐石.md'), 'from a\n');
    await cli('sync', 'a', 'shared');
    writeFileSync(join(b, 'sub', '磐石.md'), 'from b\n');
    const both = await cli('sync', 'b', 'shared');
    expect([both.code, both.stdout]).toEqual([1, expect.stringContaining('CONFLICT  sub/磐石.md')]);
    expect(readFileSync(join(b, 'sub', '磐石.md'), 'utf8')).toBe('from b\n');
    writeFileSync(join(b, 'sub', '磐石.md'), 'from a\n');
    expect((await cli('sync', 'b', 'shared')).code).toBe(0);

    // Deleted: only where asked for.
    rmSync(join(a, 'large.bin'));
    expect((await json('sync', 'a', 'shared', '--delete')).value).toMatchObject({ deleted: 1 });
    expect((await cli('sync', 'b', 'shared')).stdout).toContain('kept');
    expect(readFileSync(join(b, 'large.bin')).equals(edited)).toBe(true);
    expect((await json('sync', 'b', 'shared', '--delete')).value).toMatchObject({ deleted: 1 });
    expect((await cli('sync', 'b', 'another')).code).toBe(1);
  });
});
