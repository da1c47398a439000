import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';

import { agentpb, create, HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createGateway } from '../gateway.ts';
import { type Answer, call, makeKey, startGateway, type TestGateway } from '../testing.ts';
import type { UploadTables } from './schema.ts';

const LIMIT = 1_000_000;
const HOUR_MS = 3_600_000;

interface Upload {
  id: string;
  name: string;
  size: number;
  sha256: string;
}

let test: TestGateway;
beforeEach(async () => {
  test = await startGateway({ gateway: { upload_limit: LIMIT } });
  test.agent.agents.push(
    create(agentpb.AgentSchema, {
      name: 'book',
      playbook: true,
      parameters: { type: 'object', properties: { file: { type: 'string', format: 'host-path' }, note: {} } },
    }),
  );
});
afterEach(() => test.close());

const api = (path: string) => `${test.url}/api/v1${path}`;
const root = () => join(test.dataDir, 'uploads');
const kept = () => readdir(root()).catch(() => []);

const upload = (bytes: Buffer | string, name = 'data.csv', key = test.ownerKey): Promise<Answer> =>
  call(api(`/uploads?name=${encodeURIComponent(name)}`), {
    key,
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(Buffer.from(bytes)),
  });
const uploaded = async (...given: Parameters<typeof upload>) => (await upload(...given)).json<Upload>();
const placeOf = ({ id, name }: Upload) => join(root(), id, name);
const start = (json: object, key = test.ownerKey) =>
  call(api('/runs'), { key, json: { agent: 'tester', task: 'x', ...json } });
const lastRun = () => [...test.agent.runs.values()].at(-1);
const usedAt = async (id: string) => {
  const db = test.deps.database.writer<UploadTables>();
  return (await db.selectFrom('gateway_upload').select('used_at').where('id', '=', id).executeTakeFirst())?.used_at;
};

describe('an upload', () => {
  it('is on disk, whole, under its name, readable for the sandbox, and told with its hash', async () => {
    const bytes = randomBytes(LIMIT);
    const answer = await upload(bytes, '销售 data.csv');
    expect(answer.status).toBe(201);
    const made = answer.json<Upload>();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(made).toEqual({ id: expect.any(String), name: '销售 data.csv', size: LIMIT, sha256 });
    expect(bytes.equals(await readFile(placeOf(made)))).toBe(true);
    expect(await kept()).toEqual([made.id]);
    expect((await stat(placeOf(made))).mode & 0o777).toBe(0o644);
    expect((await stat(join(root(), made.id))).mode & 0o777).toBe(0o711);
  });

  it('may be empty', async () => {
    const made = await uploaded('');
    expect([made.size, (await readFile(placeOf(made))).length]).toEqual([0, 0]);
  });

  it('above the limit is TOO_LARGE with and without a length, and leaves nothing behind', async () => {
    const told = await upload(Buffer.alloc(LIMIT + 1));
    expect([told.status, told.json().error.code]).toEqual([413, 'TOO_LARGE']);
    expect(told.json().error.message).toContain('gateway.upload_limit');
    const untold = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${test.ownerKey}`, 'content-type': 'application/octet-stream' };
      const sent = httpRequest(api('/uploads?name=a'), { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      sent.write(Buffer.alloc(LIMIT));
      sent.end(Buffer.alloc(LIMIT));
    });
    expect(untold).toBe(413);
    expect(await kept()).toEqual([]);
    expect((await upload('small')).status).toBe(201);
  });

  it('that breaks off leaves nothing behind', async () => {
    const headers = {
      authorization: `Bearer ${test.ownerKey}`,
      'content-type': 'application/octet-stream',
      'content-length': 5000,
    };
    const sent = httpRequest(api('/uploads?name=a'), { method: 'POST', headers });
    sent.on('error', () => sent.destroy());
    sent.write('half of it');
    let folders: string[] = [];
    while (folders.length === 0) folders = await kept();
    expect(folders[0]).toMatch(/\.new$/);
    sent.destroy();
    while (folders.length > 0) folders = await kept();
    const { entries } = (await call(api('/audit'), { key: test.ownerKey })).json<{ entries: { action: string }[] }>();
    expect(entries.map(({ action }) => action)).toEqual(['upload.create']);
  });

  it('is for those who may start runs', async () => {
    expect((await upload('x', 'a', await makeKey(test, 'viewer'))).status).toBe(403);
    expect((await upload('x', 'a', await makeKey(test, 'operator'))).status).toBe(201);
  });

  it.each(['..', 'a/b', '../../local.key', 'a\u202eb', 'a\0b', ''])('named %j is refused', async (name) => {
    const answer = await upload('x', name);
    expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(await kept()).toEqual([]);
  });

  it('of another content type is refused', async () => {
    const answer = await call(api('/uploads?name=a'), { key: test.ownerKey, json: { a: 1 } });
    expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(await kept()).toEqual([]);
  });
});

describe('a run', () => {
  it('takes uploads as inputs, beside paths', async () => {
    const file = await uploaded('a,b\n1,2\n');
    const operator = await makeKey(test, 'operator');
    expect((await start({ inputs: [{ name: 'data', upload: file.id }] }, operator)).status).toBe(201);
    expect(lastRun()?.inputs).toMatchObject([{ name: 'data', path: placeOf(file) }]);
    expect((await start({ inputs: [{ upload: file.id }, { path: '/etc/hostname' }] })).status).toBe(201);
    expect(lastRun()?.inputs).toMatchObject([{ path: placeOf(file) }, { path: '/etc/hostname' }]);
  });

  it('of a playbook takes them wherever it takes a path', async () => {
    const file = await uploaded('a,b\n1,2\n');
    const asTask = test.agent.calls;
    expect((await start({ agent: 'book', task: ` upload:${file.id} ` })).status).toBe(201);
    expect(lastRun()?.task).toBe(placeOf(file));
    const parameters = { file: `upload:${file.id}`, note: `upload:${file.id}` };
    expect((await start({ agent: 'book', task: '', parameters })).status).toBe(201);
    expect(asTask.at(-1)?.request).toMatchObject({ parameters: { file: placeOf(file), note: `upload:${file.id}` } });
    // To an agent it is only text.
    expect((await start({ task: `upload:${file.id}` })).status).toBe(201);
    expect(lastRun()?.task).toBe(`upload:${file.id}`);
  });

  it('takes a path or an upload, not both or neither', async () => {
    const { id } = await uploaded('x');
    for (const input of [{}, { name: 'a' }, { path: '/etc/hostname', upload: id }, { upload: '' }, { upload: 7 }]) {
      expect([input, (await start({ inputs: [input] })).status]).toEqual([input, 400]);
    }
  });

  it('can be forked, and its inputs named again by their place', async () => {
    const file = await uploaded('a,b\n1,2\n');
    const operator = await makeKey(test, 'operator');
    await start({ inputs: [{ upload: file.id }] }, operator);
    const { id, inputs } = lastRun() ?? { id: '', inputs: [] };
    expect((await call(api(`/runs/${id}/fork`), { key: operator, json: {} })).status).toBe(201);
    expect((await start({ inputs: [{ path: inputs[0]?.path }] }, operator)).status).toBe(201);
  });

  it('does not get at the uploads of another tenant, nor at what lies beside one (QA-4)', async () => {
    const file = await uploaded('a,b\n1,2\n');
    const db = test.deps.database.writer<UploadTables>();
    await db.updateTable('gateway_upload').set({ tenant: 'other' }).execute();
    for (const wanted of [
      { inputs: [{ upload: file.id }] },
      { agent: 'book', task: `upload:${file.id}` },
      { agent: 'book', task: '', parameters: { file: `upload:${file.id}` } },
      { inputs: [{ upload: 'absent' }] },
      { inputs: [{ upload: "' or 1=1 --" }] },
    ]) {
      expect([wanted, (await start(wanted)).status]).toEqual([wanted, 404]);
    }
    const own = await uploaded('mine');
    for (const path of [
      placeOf(file),
      join(root(), own.id),
      root(),
      `${placeOf(own)}/..`,
      `${root()}/${own.id}/../../local.key`,
      `${root()}/./${own.id}/${own.name}`,
    ]) {
      expect([path, (await start({ inputs: [{ path }] })).status]).toEqual([path, 403]);
    }
    test.agent.add({ id: 'foreign', inputs: [{ $typeName: 'holdfast.v1.Input', name: 'x', path: placeOf(file) }] });
    expect((await call(api('/runs/foreign/fork'), { key: test.ownerKey, json: {} })).status).toBe(403);
    expect(test.agent.runs.size).toBe(1);
  });

  it('that does not begin keeps no upload; one that does, does', async () => {
    const file = await uploaded('x');
    const inputs = [{ upload: file.id }];
    test.agent.failure = new HoldfastError('UNAVAILABLE', 'Away.');
    expect((await start({ inputs })).status).toBe(503);
    expect(await usedAt(file.id)).toBeNull();
    test.agent.failure = undefined;
    expect((await start({ inputs: [...inputs, { path: '/proc' }] })).status).toBe(403);
    expect(await usedAt(file.id)).toBeNull();
    expect((await start({ inputs })).status).toBe(201);
    const first = await usedAt(file.id);
    expect(first).toBe(test.time.now);
    test.agent.failure = new HoldfastError('UNAVAILABLE', 'Away.');
    expect((await start({ inputs })).status).toBe(503);
    expect(await usedAt(file.id)).toBeGreaterThanOrEqual(first ?? 0);
  });
});

describe('what no run uses', () => {
  it('goes after 24 hours, and what a crash left behind too; what was used stays', async () => {
    const [unused, used] = [await uploaded('unused'), await uploaded('used')];
    await start({ inputs: [{ upload: used.id }] });
    test.time.now += 20 * HOUR_MS;
    const recent = await uploaded('recent');
    for (const folder of ['crashed.new', 'lost', 'arriving.new']) await mkdir(join(root(), folder));
    const longAgo = test.time.now / 1000 - 25 * 3600;
    for (const folder of ['crashed.new', 'lost']) await utimes(join(root(), folder), longAgo, longAgo);
    const arriving = (test.time.now + 5 * HOUR_MS) / 1000;
    await utimes(join(root(), 'arriving.new'), arriving, arriving);

    test.time.now += 5 * HOUR_MS;
    const again = await createGateway(test.deps);
    await again.listen();
    const expected = [used.id, recent.id, 'arriving.new'].toSorted();
    let folders: string[] = [];
    while (folders.length !== expected.length) folders = await kept();
    expect(folders.toSorted()).toEqual(expected);
    expect((await start({ inputs: [{ upload: unused.id }] })).status).toBe(404);
    await again.close();
  });
});
