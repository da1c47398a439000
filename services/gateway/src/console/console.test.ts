import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createGateway, type Gateway } from '../gateway.ts';
import { call, rawCall, testDeps } from '../testing.ts';

let folder = '';
let url = '';
let gateway: Gateway | undefined;
let remove: () => Promise<void> = async () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
});
afterEach(async () => {
  await gateway?.close();
  await remove();
  await rm(folder, { recursive: true });
});

async function start(): Promise<void> {
  const made = await testDeps();
  remove = made.remove;
  gateway = await createGateway({ ...made.deps, consoleDir: folder });
  url = await gateway.listen();
}

async function build(cdnBase = ''): Promise<void> {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>console</title>');
  await writeFile(join(folder, 'build.json'), JSON.stringify({ cdn_base: cdnBase }));
  await writeFile(join(folder, 'sw.js'), 'self.x = 1;');
  await writeFile(join(folder, 'assets', 'main-1a2b.js'), 'const hello = 1;');
  await writeFile(join(folder, 'assets', 'main-1a2b.js.br'), brotliCompressSync('const hello = 1;'));
}

describe('the console as it is served (PF-1, PF-3)', () => {
  it('is one page at each of its addresses, under a strict policy, and never kept unasked', async () => {
    await build();
    await start();
    for (const path of ['/', '/runs', '/runs/run_1', '/new', '/admin/users']) {
      const page = await call(url + path, { headers: { accept: 'text/html' } });
      expect([path, page.status, page.text]).toEqual([path, 200, '<!doctype html><title>console</title>']);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
    }
    expect((await call(`${url}/nowhere`)).status).toBe(401);
  });

  it('keeps assets for ever and sends what was compressed beforehand', async () => {
    await build();
    await start();
    const small = await rawCall(`${url}/assets/main-1a2b.js`, { 'accept-encoding': 'gzip, br' });
    expect(small.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(small.headers['content-type']).toMatch(/javascript/);
    small.resume();
    const plain = await rawCall(`${url}/assets/main-1a2b.js`, { 'accept-encoding': 'identity' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    plain.resume();
    const worker = await call(`${url}/sw.js`);
    expect([worker.status, worker.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    // Its own policy decides what it may fetch, not that of the page.
    expect(worker.headers.get('content-security-policy')).toContain("connect-src 'self'");
  });

  it('gives nothing that lies outside its folder', async () => {
    await build();
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await start();
    for (const path of ['/assets/../secret.txt', '/assets/..%2fsecret.txt', '/assets/%2e%2e/build.json', '/assets/']) {
      const answer = await rawCall(url, {}, { path });
      answer.resume();
      expect([path, [400, 403, 404].includes(answer.statusCode ?? 0)]).toEqual([path, true]);
    }
  });

  it('names the CDN that the assets come from in its policy', async () => {
    await build('https://cdn.example.com/holdfast/');
    await start();
    const policy = (await call(`${url}/`)).headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self' https://cdn.example.com;");
  });

  it('says what to do where it was not built', async () => {
    await start();
    const answer = await call(`${url}/runs`);
    expect([answer.status, answer.json().error.message]).toEqual([
      503,
      'The console is not built. Run "npm run build", then restart.',
    ]);
  });
});
