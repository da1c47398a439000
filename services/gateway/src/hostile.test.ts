import { connect } from 'node:net';

import { agentpb, HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, createGateway } from './gateway.ts';
import { call, rawCall, startGateway, testDeps, type TestGateway } from './testing.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await startGateway();
  test.agent.add({ id: 'r1', status: agentpb.RunStatus.SUCCEEDED, output: '# Report' });
});
afterAll(() => test.close());

const api = (path: string) => `${test.url}/api/v1${path}`;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends bytes as they are, and gives all that comes back. */
function rawBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('close', () => resolve(text)).on('error', reject);
    socket.end(bytes);
  });
}

describe('bad input (QA-4)', () => {
  it.each([
    ['cut JSON', '{"agent":'],
    ['no object', '[]'],
    ['a number', '7'],
    ['an empty body', ''],
    ['a prototype', '{"agent":"a","__proto__":{"x":1}}'],
    ['a missing field', '{}'],
    ['an unknown field', '{"agent":"a","taks":"x"}'],
    ['a wrong type', '{"agent":"a","task":7}'],
    ['a negative limit', '{"agent":"a","limits":{"steps":-1}}'],
    ['a limit beyond 32 bits', '{"agent":"a","limits":{"steps":4294967296}}'],
    ['an infinite limit', '{"agent":"a","limits":{"tokens":1e999}}'],
    ['too many tags', JSON.stringify({ agent: 'a', tags: Array.from({ length: 51 }, () => 'x') })],
    ['a relative input', '{"agent":"a","inputs":[{"path":"etc/passwd"}]}'],
  ])('%s is INVALID_ARGUMENT, and starts nothing', async (_, body) => {
    const before = test.agent.runs.size;
    const answer = await call(api('/runs'), { method: 'POST', key: test.ownerKey, headers: JSON_TYPE, body });
    expect(answer.status).toBe(400);
    expect(answer.json().error.code).toBe('INVALID_ARGUMENT');
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at \w+ \(/);
    expect(test.agent.runs.size).toBe(before);
  });

  it('names the field and what is wrong with it', async () => {
    const answer = await call(api('/runs'), { key: test.ownerKey, json: { agent: 'a', limits: { steps: 'many' } } });
    expect(answer.json().error.message).toContain('limits.steps');
    expect(answer.json().error.details).toMatchObject({ issues: [{ path: 'limits.steps' }] });
  });

  it('of a wrong content type is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml']) {
      const answer = await call(api('/runs'), {
        key: test.ownerKey,
        headers: { 'content-type': type },
        body: '{"agent":"a"}',
      });
      expect([type, answer.status, answer.json().error.code]).toEqual([type, 400, 'INVALID_ARGUMENT']);
    }
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=gone', 'status=running,gone', 'unknown=1', 'limit=1&limit=2'])(
    'in a query (%s) is INVALID_ARGUMENT',
    async (query) => {
      const answer = await call(api(`/runs?${query}`), { key: test.ownerKey });
      expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    },
  );

  it('of 50 MB is TOO_LARGE, names the bound, and is not read', async () => {
    const answer = await rawBytes(
      `POST /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${test.ownerKey}\r\nContent-Type: application/json\r\nContent-Length: ${50 * 1024 * 1024}\r\nConnection: close\r\n\r\n{"agent":"`,
    );
    expect(answer).toContain('413 Payload Too Large');
    expect(answer).toContain('"code":"TOO_LARGE"');
    expect(answer).toContain('1048576 bytes (gateway.body_limit)');
  });

  it('of 50 MB without a length is TOO_LARGE too', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(120);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < 50) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const headers = { ...JSON_TYPE, authorization: `Bearer ${test.ownerKey}` };
    // The server may close while the client still sends: then the client sees that instead of the answer.
    const sending: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
    const status = await fetch(api('/runs'), sending).then(
      (response) => response.status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(status);
    expect(sent).toBeLessThan(50);
    expect((await call(`${test.url}/healthz`)).status).toBe(200);
  });

  it.each([
    'nonsense\r\n\r\n',
    'GET /healthz HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nbad header\r\n\r\n',
    '\0\x01\x02\r\n\r\n',
  ])('that is no HTTP (%j) is answered with 400', async (bytes) => {
    const answer = await rawBytes(bytes);
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('"code":"INVALID_ARGUMENT"');
  });

  it('with headers without end is 431', async () => {
    const answer = await rawBytes(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toContain('HTTP/1.1 431');
    expect(answer).toContain('"code":"TOO_LARGE"');
  });

  it.each(['/%ff', '/api/v1/runs/%', '/api/v1/runs/%c0%ae'])(
    'in the address (%s) is INVALID_ARGUMENT',
    async (path) => {
      const answer = await call(test.url + path, { key: test.ownerKey });
      expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    },
  );

  it('that comes too slowly is bounded in time, without touching answers that take long', async () => {
    const { deps, remove } = await testDeps();
    const { app } = await createApp(deps);
    const { headersTimeout, requestTimeout, timeout } = app.server;
    expect([headersTimeout, requestTimeout, timeout]).toEqual([15_000, 3_600_000, 0]);
    await app.close();
    await remove();
  });

  it('that smuggles a second request (two lengths) is refused', async () => {
    const answer = await rawBytes(
      'POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    );
    expect(answer).toContain('400 Bad Request');
    expect(answer).not.toContain('"status":"ok"');
  });
});

describe('SQL in what a user sends (QA-4)', () => {
  it.each([
    "' or 1=1 --",
    "'; drop table gateway_key; --",
    '" or ""="',
    "1' union select * from gateway_user --",
    '%',
    '\\',
  ])('%j is only text', async (text) => {
    const value = encodeURIComponent(text);
    const key = test.ownerKey;
    expect((await call(api(`/runs?agent=${value}&tag=${value}&page=${value}`), { key })).status).toBe(200);
    expect(test.agent.calls.at(-1)?.request).toMatchObject({ agent: text, tag: text, page: text });
    expect((await call(api(`/runs/${value}`), { key })).status).toBe(404);
    expect((await call(api(`/keys/${value}`), { key, method: 'DELETE' })).status).toBe(404);
    expect((await call(api(`/users/${value}`), { key, method: 'PATCH', json: { role: 'viewer' } })).status).toBe(404);
    expect((await call(api('/keys'), { key, json: { name: text, role: 'viewer' } })).status).toBe(201);
    expect((await call(api('/runs'), { key: text })).status).toBe(401);
    expect((await call(api('/auth/login'), { json: { email: `${text}@x.example`, password: text } })).status).not.toBe(
      204,
    );
    expect((await call(api('/keys'), { key })).text).toContain(JSON.stringify(text));
  });
});

describe('script in what a user sends (QA-4)', () => {
  const EVIL = '"><script>alert(1)</script>';

  it('does not come back as HTML from a form, and could not run if it did', async () => {
    const body = new URLSearchParams({ email: EVIL, password: 'x', token: EVIL, name: EVIL }).toString();
    for (const page of ['/login', '/setup']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await call(test.url + page, { headers, body });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('<script');
      expect(answer.text).toContain('&quot;&gt;&lt;script&gt;');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('script-src');
      expect(policy).not.toContain('unsafe');
    }
    expect((await call(`${test.url}/setup?token=${encodeURIComponent(EVIL)}`)).text).not.toContain('<script');
  });

  it('does not come back as HTML from an error of the API', async () => {
    for (const path of [
      `/runs/${encodeURIComponent(EVIL)}`,
      `/${encodeURIComponent(EVIL)}`,
      `/runs?status=${encodeURIComponent(EVIL)}`,
    ]) {
      const answer = await call(api(path), { key: test.ownerKey });
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('in a report is text that no browser takes for a page', async () => {
    test.agent.add({ id: 'evil', output: EVIL });
    const answer = await call(api('/runs/evil/report'), { key: test.ownerKey });
    expect(answer.text).toBe(EVIL);
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the name in the Host header (QA-4: DNS rebinding)', () => {
  const ask = async (url: string, host: string) => (await rawCall(url, { host })).statusCode;

  it('must be one of this machine when bound to loopback', async () => {
    const { port } = new URL(test.url);
    expect(await ask(`${test.url}/login`, 'evil.example')).toBe(403);
    expect(await ask(`${test.url}/login`, `evil.example:${port}`)).toBe(403);
    expect(await ask(`${test.url}/login`, `127.0.0.1.evil.example:${port}`)).toBe(403);
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
      expect([name, await ask(`${test.url}/login`, `${name}:${port}`)]).toEqual([name, 200]);
    }
    // A load balancer probes by address.
    expect(await ask(`${test.url}/healthz`, '10.1.2.3')).toBe(200);
  });

  it('may be one that the configuration names', async () => {
    const named = await startGateway({
      gateway: { allowed_hosts: ['agents.lan'], public_url: 'http://holdfast.example:8080' },
    });
    expect(await ask(`${named.url}/login`, 'agents.lan:1234')).toBe(200);
    expect(await ask(`${named.url}/login`, 'holdfast.example:8080')).toBe(200);
    expect(await ask(`${named.url}/login`, 'evil.example')).toBe(403);
    await named.close();
  });
});

describe('too many requests (QA-4)', () => {
  it('of one caller are 429 with Retry-After, and do not hurt the next caller', async () => {
    const limited = await startGateway({ gateway: { rate_limit: { per_minute: 3, rejected_per_minute: 2 } } });
    const url = `${limited.url}/api/v1/me`;
    const made = await call(`${limited.url}/api/v1/keys`, {
      key: limited.ownerKey,
      json: { name: 'x', role: 'viewer' },
    });
    const { key } = made.json<{ key: string }>();
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await call(url, { key })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await call(url, { key });
    expect(refused.json().error).toMatchObject({ code: 'RATE_LIMITED', details: { limit_per_minute: 3 } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await call(url, { key: limited.ownerKey })).status).toBe(200);
    // Guessing is limited by address, whatever key is tried.
    const guesses = [];
    for (let n = 0; n < 3; n++) guesses.push((await call(url, { key: `hf_0${n}_${'A'.repeat(43)}` })).status);
    expect(guesses).toEqual([401, 401, 429]);
    expect((await call(`${limited.url}/healthz`)).status).toBe(200);
    await limited.close();
  });
});

describe('errors of the services', () => {
  it('keep their code, their sentence and their status, and lose their cause', async () => {
    const failing = await startGateway();
    const of = async (failure: Error) => {
      failing.agent.failure = failure;
      return call(`${failing.url}/api/v1/runs`, { key: failing.ownerKey });
    };
    const known = await of(
      new HoldfastError('STORAGE_FULL', 'The disk is full.', {
        cause: new Error('/secret/path'),
        details: { free: 0 },
      }),
    );
    expect(known.status).toBe(507);
    expect(known.json()).toEqual({
      error: { code: 'STORAGE_FULL', message: 'The disk is full.', details: { free: 0 } },
    });
    const unknown = await of(new TypeError('cannot read /secret/path of undefined'));
    expect(unknown.status).toBe(500);
    expect(unknown.json().error.code).toBe('INTERNAL');
    expect(unknown.text).not.toContain('secret');
    const limited = await of(
      new HoldfastError('MODEL_RATE_LIMITED', 'Slow down.', { details: { retryAfterMs: 2500 } }),
    );
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    await failing.close();
  });
});

describe('readiness', () => {
  it('is 503 with the reason while recovering, and while a part is away; health is 200 throughout', async () => {
    const one = await startGateway();
    expect((await call(`${one.url}/readyz`)).status).toBe(200);
    one.agent.ready = false;
    const recovering = await call(`${one.url}/readyz`);
    expect([recovering.status, recovering.json()]).toEqual([
      503,
      { ready: false, reason: expect.stringContaining('3 unfinished') },
    ]);
    one.agent.failure = new HoldfastError('UNAVAILABLE', 'gone');
    expect((await call(`${one.url}/readyz`)).json()).toMatchObject({ ready: false, reason: /agent service/ });
    one.agent.failure = undefined;
    one.agent.ready = true;
    await one.deps.database.close();
    const without = await call(`${one.url}/readyz`);
    expect(without.status).toBe(503);
    expect(without.text).toContain('database');
    expect((await call(`${one.url}/healthz`)).status).toBe(200);
    await one.close();
  });
});

describe('a port that is taken', () => {
  it('is told in words, with what to do', async () => {
    const { deps, remove } = await testDeps({ gateway: { port: Number(new URL(test.url).port) } });
    const gateway = await createGateway(deps);
    await expect(gateway.listen()).rejects.toThrow(/Another program listens on .*gateway\.port/);
    await gateway.close();
    await remove();
  });
});
