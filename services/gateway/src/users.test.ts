import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createGateway } from './gateway.ts';
import { type Answer, call, startGateway, type TestGateway } from './testing.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const OWNER = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };

let test: TestGateway;
beforeEach(async () => {
  test = await startGateway();
});
afterEach(() => test.close());

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  call(test.url + path, { headers: { ...FORM, ...headers }, body: new URLSearchParams(fields).toString() });
const cookieOf = (answer: Answer) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const tokenOf = (url: string | undefined) => new URL(url ?? '').searchParams.get('token') ?? '';
const setUp = async () => cookieOf(await post('/setup', { token: tokenOf(test.gateway.setupUrl()), ...OWNER }));
const asBrowser = (cookie: string) => ({ cookie, 'sec-fetch-site': 'same-origin' });

async function invite(cookie: string, role: string): Promise<string> {
  const answer = await call(`${test.url}/api/v1/users/invitations`, { json: { role }, headers: asBrowser(cookie) });
  return tokenOf(answer.json<{ url: string }>().url);
}

describe('the set-up link (QA-4)', () => {
  it('makes the first owner, logs in, and works once', async () => {
    const token = tokenOf(test.gateway.setupUrl());
    expect((await call(`${test.url}/setup?token=${token}`)).text).toContain('You become the owner');
    const answer = await post('/setup', { token, ...OWNER });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const me = await call(`${test.url}/api/v1/me`, { headers: { cookie: cookieOf(answer) } });
    expect(me.json()).toMatchObject({
      kind: 'session',
      role: 'owner',
      tenant: 'default',
      user: { email: OWNER.email },
    });

    expect(test.gateway.setupUrl()).toBeUndefined();
    expect((await call(`${test.url}/setup?token=${token}`)).status).toBe(410);
    const second = await post('/setup', { token, ...OWNER, email: 'eve@example.com' });
    expect(second.status).toBe(409);
    const users = await call(`${test.url}/api/v1/users`, { key: test.ownerKey });
    expect(users.json<{ users: unknown[] }>().users).toHaveLength(1);
  });

  it('makes one owner only when it is used many times at once', async () => {
    const token = tokenOf(test.gateway.setupUrl());
    const tries = [1, 2, 3, 4].map((n) => post('/setup', { token, ...OWNER, email: `n${n}@example.com` }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([303, 409, 409, 409]);
    const users = await call(`${test.url}/api/v1/users`, { key: test.ownerKey });
    expect(users.json<{ users: unknown[] }>().users).toHaveLength(1);
  });

  it('is kept as a hash, expires after a day, and is made anew at the next start', async () => {
    const token = tokenOf(test.gateway.setupUrl());
    const rows = await test.deps.database
      .writer<Record<string, Record<string, unknown>>>()
      .selectFrom('gateway_link')
      .selectAll()
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    await test.gateway.close();
    const next = await createGateway(test.deps);
    await next.listen();
    const token2 = tokenOf(next.setupUrl());
    expect(token2).not.toBe(token);
    const url = new URL(next.setupUrl() ?? '').origin;
    expect((await call(`${url}/setup?token=${token}`)).status).toBe(410);
    expect((await call(`${url}/setup?token=${token2}`)).status).toBe(200);
    test.time.now += 24 * 3_600_000;
    expect((await call(`${url}/setup?token=${token2}`)).status).toBe(410);
    await next.close();
  });

  it('takes no weak password, and is not used up by a mistake', async () => {
    const token = tokenOf(test.gateway.setupUrl());
    const answer = await post('/setup', { token, ...OWNER, password: 'short' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('10 to 128');
    expect((await post('/setup', { token, ...OWNER })).status).toBe(303);
  });
});

describe('sign-up (QA-4)', () => {
  it('is closed: there is no way in but a link', async () => {
    const answer = await call(`${test.url}/api/v1/auth/sign-up/email`, { json: OWNER });
    expect(answer.status).toBe(401);
    expect((await post('/setup', { token: 'A'.repeat(43), ...OWNER })).status).toBe(409);
  });
});

describe('a log-in (QA-4)', () => {
  it('by form, by JSON, and out again', async () => {
    await setUp();
    const wrong = await post('/login', { email: OWNER.email, password: 'wrong wrong wrong' });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.getSetCookie()).toEqual([]);
    const nobody = await post('/login', { email: 'no@example.com', password: 'wrong wrong wrong' });
    expect(nobody.text.replace('no@example.com', OWNER.email)).toBe(wrong.text);

    const byForm = await post('/login', { email: OWNER.email, password: OWNER.password });
    expect([byForm.status, byForm.headers.get('location')]).toEqual([303, '/']);
    const byJson = await call(`${test.url}/api/v1/auth/login`, {
      json: { email: OWNER.email.toUpperCase(), password: OWNER.password },
    });
    expect(byJson.status).toBe(204);
    const cookie = cookieOf(byJson);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie } })).status).toBe(200);
    const out = await call(`${test.url}/api/v1/auth/logout`, { method: 'POST', headers: asBrowser(cookie) });
    expect(out.status).toBe(204);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie } })).status).toBe(401);
  });

  it('sends a browser that is not logged in to the page for it', async () => {
    const answer = await call(`${test.url}/docs`, { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login?next=%2Fdocs']);
  });

  it('leads back to where the browser wanted to go, never to another site', async () => {
    await setUp();
    const page = await call(`${test.url}/login?next=/runs/run_1`);
    expect(page.text).toContain('<input type="hidden" name="next" value="/runs/run_1">');
    const log = (next: string) => post('/login', { email: OWNER.email, password: OWNER.password, next });
    expect((await log('/runs/run_1')).headers.get('location')).toBe('/runs/run_1');
    expect((await log('//evil.example/')).headers.get('location')).toBe('/');
  });

  it('is not taken from a forged cookie', async () => {
    const cookie = await setUp();
    const forged = cookie.replace(/=(.)/, (_, first: string) => `=${first === 'A' ? 'B' : 'A'}`);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie: forged } })).status).toBe(401);
  });

  it('is limited: 429 with Retry-After', async () => {
    const tries = [];
    for (let n = 0; n < 11; n++)
      tries.push(await call(`${test.url}/api/v1/auth/login`, { json: { email: 'a@b.example', password: 'x' } }));
    expect(tries.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    const last = tries.at(-1);
    expect(last?.json().error.code).toBe('RATE_LIMITED');
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('changes its password, which ends the other log-ins', async () => {
    const cookie = await setUp();
    const other = cookieOf(await post('/login', { email: OWNER.email, password: OWNER.password }));
    const change = (current: string, wanted: string) =>
      call(`${test.url}/api/v1/auth/password`, { json: { current, wanted }, headers: asBrowser(cookie) });
    expect((await change('not the password', 'a new password')).status).toBe(403);
    expect((await change(OWNER.password, 'short')).status).toBe(400);
    const changed = await change(OWNER.password, 'a new password');
    expect(changed.status).toBe(204);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie: other } })).status).toBe(401);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie: cookieOf(changed) } })).status).toBe(200);
    expect((await post('/login', { email: OWNER.email, password: OWNER.password })).status).toBe(401);
  });

  it('speaks Chinese to those who do', async () => {
    const page = await call(`${test.url}/login`, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } });
    expect(page.text).toContain('<html lang="zh-CN">');
    expect(page.text).toContain('登录');
    const chosen = await call(`${test.url}/login?lang=en`, { headers: { 'accept-language': 'zh-CN' } });
    expect(chosen.text).toContain('<html lang="en">');
    const cookie = cookieOf(chosen);
    const kept = await call(`${test.url}/login`, { headers: { 'accept-language': 'zh-CN', cookie } });
    expect(kept.text).toContain('<html lang="en">');
    expect(page.text).not.toContain('<script');
  });

  it('marks its cookie Secure where people come by https', async () => {
    const secure = await startGateway({ gateway: { public_url: 'https://agents.example' } });
    const token = tokenOf(secure.gateway.setupUrl());
    expect(secure.gateway.setupUrl()).toMatch(/^https:\/\/agents\.example\/setup\?token=/);
    const answer = await call(`${secure.url}/setup`, {
      headers: FORM,
      body: new URLSearchParams({ token, ...OWNER }).toString(),
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-holdfast\.session_token=.*; Secure/);
    expect((await call(`${secure.url}/api/v1/me`, { headers: { cookie: cookieOf(answer) } })).status).toBe(200);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age/);
    await secure.close();
  });
});

describe('other sites (QA-4: CSRF)', () => {
  it('cannot act with the cookie of a visitor', async () => {
    const cookie = await setUp();
    const start = (headers: Record<string, string>) =>
      call(`${test.url}/api/v1/runs`, { json: { agent: 'tester', task: 'x' }, headers: { cookie, ...headers } });
    expect((await start({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await start({ origin: 'null' })).status).toBe(403);
    expect((await start({ origin: test.url, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await start({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await start({})).status).toBe(403);
    expect(test.agent.runs.size).toBe(0);
    expect((await start({ origin: test.url })).status).toBe(201);
    expect((await start({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await start({ 'x-holdfast-csrf': '1' })).status).toBe(201);
  });

  it('cannot post to the forms', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await post('/login', { email: OWNER.email, password: OWNER.password }, headers)).status).toBe(403);
    expect((await post('/setup', { token: tokenOf(test.gateway.setupUrl()), ...OWNER }, headers)).status).toBe(403);
    expect(test.gateway.setupUrl()).toBeDefined();
  });

  it('get no CORS headers', async () => {
    const answer = await call(`${test.url}/api/v1/runs`, {
      key: test.ownerKey,
      headers: { origin: 'https://evil.example' },
    });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('users (QA-4)', () => {
  it('come in by invitation, with the role of the invitation, once', async () => {
    const owner = await setUp();
    const token = await invite(owner, 'operator');
    const bob = { name: 'Bob', email: 'bob@example.com', password: 'another password' };
    const answer = await post('/setup', { token, ...bob });
    expect(answer.status).toBe(303);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie: cookieOf(answer) } })).json()).toMatchObject({
      role: 'operator',
    });
    expect((await post('/setup', { token, ...bob, email: 'x@example.com' })).status).toBe(409);
  });

  it('cannot take an address twice, and the invitation stays good', async () => {
    const token = await invite(await setUp(), 'viewer');
    expect((await post('/setup', { token, ...OWNER })).status).toBe(409);
    expect((await call(`${test.url}/setup?token=${token}`)).status).toBe(200);
  });

  it('who are disabled are out at once, with their keys', async () => {
    const owner = await setUp();
    const token = await invite(owner, 'admin');
    const bob = cookieOf(
      await post('/setup', { token, name: 'Bob', email: 'bob@example.com', password: 'another password' }),
    );
    const made = await call(`${test.url}/api/v1/keys`, {
      json: { name: 'k', role: 'operator' },
      headers: asBrowser(bob),
    });
    const { key } = made.json<{ key: string }>();
    const { subject } = (await call(`${test.url}/api/v1/me`, { headers: { cookie: bob } })).json<{ subject: string }>();
    const change = (by: string, id: string, json: unknown) =>
      call(`${test.url}/api/v1/users/${id}`, { method: 'PATCH', json, headers: asBrowser(by) });

    const { subject: ownerId } = (await call(`${test.url}/api/v1/me`, { headers: { cookie: owner } })).json<{
      subject: string;
    }>();
    expect((await change(bob, subject, { role: 'owner' })).status).toBe(403);
    expect((await change(bob, ownerId, { disabled: true })).status).toBe(403);
    expect((await change(owner, ownerId, { role: 'admin' })).json().error.code).toBe('FAILED_PRECONDITION');
    expect((await change(owner, ownerId, {})).status).toBe(400);

    // A key never holds more than its user does now.
    expect((await change(owner, subject, { role: 'viewer' })).status).toBe(200);
    expect((await call(`${test.url}/api/v1/runs`, { key, json: { agent: 'tester', task: 'x' } })).status).toBe(403);
    expect((await call(`${test.url}/api/v1/runs`, { key })).status).toBe(200);

    expect((await change(owner, subject, { disabled: true })).status).toBe(200);
    expect((await call(`${test.url}/api/v1/runs`, { key })).status).toBe(401);
    expect((await call(`${test.url}/api/v1/me`, { headers: { cookie: bob } })).status).toBe(401);
    expect((await post('/login', { email: 'bob@example.com', password: 'another password' })).status).toBe(403);
    expect((await change(owner, subject, { disabled: false })).status).toBe(200);
    expect((await post('/login', { email: 'bob@example.com', password: 'another password' })).status).toBe(303);
  });
});

describe('the local key (QA-4)', () => {
  it('is an owner, can be read by the user of the server only, is new at each start, and goes with it', async () => {
    const path = join(test.dataDir, 'local.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const first = (await readFile(path, 'utf8')).trim();
    expect((await call(`${test.url}/api/v1/me`, { key: first })).json()).toMatchObject({
      kind: 'local',
      role: 'owner',
    });
    await test.gateway.close();
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
    const next = await createGateway(test.deps);
    const url = await next.listen();
    expect((await call(`${url}/api/v1/me`, { key: first })).status).toBe(401);
    expect((await call(`${url}/api/v1/me`, { key: (await readFile(path, 'utf8')).trim() })).status).toBe(200);
    await next.close();
  });

  it('is not there where it is switched off', async () => {
    const off = await startGateway({ auth: { local_key: false } });
    await expect(stat(join(off.dataDir, 'local.key'))).rejects.toThrow(/ENOENT/);
    await off.close();
  });
});
