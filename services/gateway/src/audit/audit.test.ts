import { readFile } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createApp, createGateway } from '../gateway.ts';
import { call as send, makeKey, startGateway, testDeps, type TestGateway } from '../testing.ts';
import type { AuditTables } from './schema.ts';

interface Entry {
  id: string;
  at: string;
  subject: string;
  user_name: string | null;
  action: string;
  target: string;
  status: number | null;
  ip: string;
  detail: Record<string, unknown>;
}

let test: TestGateway;
beforeEach(async () => {
  test = await startGateway();
  test.agent.add({ id: 'r1' });
});
afterEach(() => test.close());

/** Each call comes a moment after the one before, so that the order of the entries is known. */
const call: typeof send = (...request) => {
  test.time.now++;
  return send(...request);
};
const api = (path: string) => `${test.url}/api/v1${path}`;
const page = async (query = '', key = test.ownerKey) =>
  (await call(api(`/audit?${query}`), { key })).json<{ entries: Entry[]; next_page: string | null }>();
const entries = async (query = '') => (await page(query)).entries;
const brief = async (query = '') =>
  (await entries(query)).map(({ action, status, subject, target }) => [action, target, subject, status]);
const form = (path: string, fields: Record<string, string>) =>
  call(test.url + path, {
    headers: { origin: test.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

/** Comes in as the owner by the set-up link; resolves to the headers of the log-in. */
async function setUp(): Promise<{ cookie: string; origin: string }> {
  const token = new URL(test.gateway.setupUrl() ?? '').searchParams.get('token') ?? '';
  const person = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
  const answer = await form('/setup', { token, ...person });
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', origin: test.url };
}

describe('a route (QA-4)', () => {
  it('that may change something has a name in the audit log; one without cannot be registered', async () => {
    const { deps, remove } = await testDeps();
    const { app, routes } = await createApp(deps);
    const changing = routes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    expect(changing.length).toBeGreaterThan(12);
    for (const { audit, url } of changing)
      expect([url, audit]).toEqual([url, expect.stringMatching(/^[a-z]+\.[a-z_]+$/)]);
    expect(() => app.post('/forgotten', { config: { access: 'authenticated' } }, () => 'done')).toThrow(
      /POST \/forgotten does not say what the audit log calls it/,
    );
    await app.close();
    await remove();
  });

  it('is named in docs/api.md with what its entries are about', async () => {
    const documented = await readFile(new URL('../../../../docs/api.md', import.meta.url), 'utf8');
    const { deps, remove } = await testDeps();
    const { app, routes } = await createApp(deps);
    const actions = new Set(routes.map(({ audit }) => audit).filter((audit) => audit !== ''));
    for (const action of actions) expect(documented).toContain(`\`${action}\``);
    await app.close();
    await remove();
  });
});

describe('the audit log (QA-4)', () => {
  it('has what was done to runs, with who, to what, from where, and how it ended', async () => {
    const key = test.ownerKey;
    const began = test.time.now;
    const task = 'look at it with sk-abcdefgh12345678';
    await call(api('/runs'), { key, json: { agent: 'tester', task, parameters: { password: 'hunter2' } } });
    await call(api('/runs/r1/answers'), { key, json: { action_id: 'a1', choice: 'approve', text: 'private' } });
    for (const verb of ['stop', 'resume', 'cancel', 'fork']) await call(api(`/runs/r1/${verb}`), { key, json: {} });
    await call(api('/runs/r1/playbook?name=mine'), { key });
    await call(api('/runs/absent/stop'), { key, json: {} });
    expect(await brief()).toEqual([
      ['run.stop', 'absent', 'local', 404],
      ['run.export_playbook', 'r1', 'local', 200],
      ['run.fork', 'r1', 'local', 201],
      ['run.cancel', 'r1', 'local', 200],
      ['run.resume', 'r1', 'local', 200],
      ['run.stop', 'r1', 'local', 200],
      ['run.answer', 'r1', 'local', 200],
      ['run.create', 'run-2', 'local', 201],
    ]);
    const [created] = await entries('action=run.create');
    expect(created).toMatchObject({
      at: new Date(began + 1).toISOString(),
      ip: '127.0.0.1',
      user_name: null,
      detail: { agent: 'tester', task: 'look at it with [redacted]', parameters: { password: '[redacted]' } },
    });
    const [answered] = await entries('action=run.answer');
    expect(answered?.detail).toEqual({ action_id: 'a1', choice: 'approve' });
  });

  it('has people come in, log in, fail to, log out, and change keys and users, never a password', async () => {
    const headers = await setUp();
    const { subject } = (await call(api('/me'), { headers })).json<{ subject: string }>();
    const login = { email: 'ada@example.com', password: 'correct horse battery' };
    expect((await call(api('/auth/login'), { json: login })).status).toBe(204);
    expect((await call(api('/auth/login'), { json: { ...login, password: 'wrong and secret' } })).status).toBe(401);
    const made = await call(api('/keys'), { headers, json: { name: 'ci', role: 'viewer' } });
    const { id } = made.json<{ id: string }>();
    await call(api(`/keys/${id}`), { headers, method: 'DELETE' });
    await call(api('/users/invitations'), { headers, json: { role: 'viewer', email: 'bob@example.com' } });
    await call(api(`/users/${subject}`), { headers, method: 'PATCH', json: { disabled: true } });
    await call(api('/auth/password'), { headers, json: { current: 'wrong and secret', wanted: 'another secret' } });
    await form('/login', { email: 'a secret in the wrong field', password: 'x' });
    await call(`${test.url}/logout`, { headers, method: 'POST' });
    expect(await brief()).toEqual([
      ['session.logout', '', subject, 303],
      ['session.login', '', 'anonymous', 400],
      ['session.password', '', subject, 403],
      ['user.change', subject, subject, 403],
      ['user.invite', 'bob@example.com', subject, 201],
      ['key.revoke', id, subject, 204],
      ['key.create', id, subject, 201],
      ['session.login', 'ada@example.com', 'anonymous', 401],
      ['session.login', 'ada@example.com', subject, 204],
      ['user.join', subject, subject, 303],
    ]);
    const all = await entries();
    expect(all.find(({ action }) => action === 'key.create')).toMatchObject({
      user_name: 'Ada',
      detail: { name: 'ci' },
    });
    expect(JSON.stringify(all)).not.toMatch(/secret|horse/);
  });

  it('has an entry before the change is made, and makes none where it cannot write', async () => {
    const { agent, deps } = test;
    const db = deps.database.writer<AuditTables>();
    const stop = agent.stopRun.bind(agent);
    let before: unknown;
    agent.stopRun = async (request) => {
      before = await db.selectFrom('gateway_audit').select(['action', 'target', 'status']).execute();
      return stop(request);
    };
    await call(api('/runs/r1/stop'), { key: test.ownerKey, json: {} });
    expect(before).toEqual([{ action: 'run.stop', target: 'r1', status: null }]);

    before = undefined;
    await db.schema.dropTable('gateway_audit').execute();
    const answer = await call(api('/runs/r1/stop'), { key: test.ownerKey, json: {} });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(before).toBeUndefined();
  });

  it('has what a service failed to do', async () => {
    test.agent.failure = new HoldfastError('STORAGE_FULL', 'The disk is full.');
    await call(api('/runs/r1/stop'), { key: test.ownerKey, json: {} });
    expect(await brief()).toEqual([['run.stop', 'r1', 'local', 507]]);
  });

  it('has what was refused to a role and to a stranger, and not what came too often, or only read', async () => {
    const viewer = await makeKey(test, 'viewer');
    expect((await call(api('/runs/r1/stop'), { key: viewer, json: {} })).status).toBe(403);
    expect((await call(api('/runs/r1/stop'), { json: {} })).status).toBe(401);
    expect((await call(api('/doctor'), { key: viewer })).status).toBe(403);
    expect((await call(api('/runs'), { key: test.ownerKey })).status).toBe(200);
    expect(await brief('action=run.')).toEqual([
      ['run.stop', 'r1', 'anonymous', 401],
      ['run.stop', 'r1', expect.stringMatching(/^key:/), 403],
    ]);

    const limited = await startGateway({ gateway: { rate_limit: { rejected_per_minute: 2 } } });
    for (let n = 0; n < 5; n++) await call(`${limited.url}/api/v1/runs/r1/stop`, { json: {} });
    const kept = await call(`${limited.url}/api/v1/audit`, { key: limited.ownerKey });
    expect(kept.json<{ entries: Entry[] }>().entries.map(({ status }) => status)).toEqual([401, 401]);
    await limited.close();
  });

  it('shows each tenant its own entries only, to those who administer it', async () => {
    const db = test.deps.database.writer<AuditTables>();
    const foreign = { subject: 's', user_id: null, target: 't', status: 200, ip: '::1', detail: '{}' };
    await db
      .insertInto('gateway_audit')
      .values({ id: 'x', tenant: 'other', at: test.time.now, action: 'run.stop', ...foreign })
      .execute();
    expect(await entries()).toEqual([]);
    const operator = await makeKey(test, 'operator');
    expect((await call(api('/audit'), { key: operator })).status).toBe(403);
  });

  it('is read by subject, action, time, and page by page', async () => {
    const operator = await makeKey(test, 'operator');
    const from = test.time.now;
    for (const verb of ['stop', 'resume', 'cancel']) {
      test.time.now += 1000;
      await send(api(`/runs/r1/${verb}`), { key: operator, json: {} });
    }
    const { entries: first, next_page: next } = await page('limit=2');
    expect(first.map(({ action }) => action)).toEqual(['run.cancel', 'run.resume']);
    const second = await page(`limit=2&page=${next}`);
    expect(second.entries.map(({ action }) => action)).toEqual(['run.stop', 'key.create']);
    expect(second.next_page).toBeNull();
    const subject = first[0]?.subject ?? '';
    expect(await entries(`subject=${subject}`)).toHaveLength(3);
    expect(await entries('subject=local')).toHaveLength(1);
    expect(await entries('action=run.')).toHaveLength(3);
    expect(await entries('action=run.st')).toHaveLength(0);
    expect(await entries('action=%25.')).toHaveLength(0);
    const at = (ms: number) => new Date(from + ms).toISOString();
    const between = await entries(`since=${at(1000)}&until=${at(3000)}`);
    expect(between.map(({ action }) => action)).toEqual(['run.resume', 'run.stop']);
    for (const query of ['page=x', 'since=yesterday', 'limit=0', 'limit=201', 'colour=red']) {
      expect([query, (await call(api(`/audit?${query}`), { key: operator })).status]).toEqual([query, 403]);
      expect([query, (await call(api(`/audit?${query}`), { key: test.ownerKey })).status]).toEqual([query, 400]);
    }
  });

  it('does not lose an entry between pages where many are of one moment', async () => {
    for (let n = 0; n < 7; n++) await send(api('/runs/r1/stop'), { key: test.ownerKey, json: {} });
    const seen = new Set<string>();
    let next: string | null = '';
    while (next !== null) {
      const one: { entries: Entry[]; next_page: string | null } = await page(`limit=2&page=${next}`);
      for (const { id } of one.entries) seen.add(id);
      next = one.next_page;
    }
    expect(seen.size).toBe(7);
  });

  it('forgets at the start what is older than gateway.audit.keep_days', async () => {
    await call(api('/runs/r1/stop'), { key: test.ownerKey, json: {} });
    test.time.now += 364 * 86_400_000;
    await call(api('/runs/r1/resume'), { key: test.ownerKey, json: {} });
    test.time.now += 2 * 86_400_000;
    await entries();
    const again = await createGateway(test.deps);
    await again.listen();
    const db = test.deps.database.writer<AuditTables>();
    let kept: string[] = [];
    while (kept.length !== 1)
      kept = (await db.selectFrom('gateway_audit').select('action').execute()).map((e) => e.action);
    expect(kept).toEqual(['run.resume']);
    await again.close();
  });
});
