import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from './gateway.ts';
import { call, makeKey, startGateway, testDeps, type TestGateway } from './testing.ts';

const CONSOLE = [
  '/',
  '/runs',
  '/runs/*',
  '/new',
  '/compare',
  '/insight',
  '/tools',
  '/files',
  '/memory',
  '/memory/*',
  '/admin',
  '/admin/*',
  '/account',
];
const PUBLIC = [
  ...CONSOLE,
  '/healthz',
  '/readyz',
  '/login',
  '/setup',
  '/share/:token',
  '/api/v1/auth/login',
  '/docs/reference.js',
  '/docs/start.js',
];

let test: TestGateway;
beforeAll(async () => {
  test = await startGateway();
  test.agent.add({ id: 'r1' });
  test.agent.add({ id: 'foreign', tenant: 'other' });
});
afterAll(() => test.close());

const at = (url: string) => test.url + url.replace(':id', 'r1').replace('*', 'x');

describe('every route (QA-4: deny by default)', () => {
  it('answers 401 to a stranger, but for the few that are public', async () => {
    const { deps, remove } = await testDeps();
    const { app, routes } = await createApp(deps);
    await app.close();
    await remove();
    expect(routes.length).toBeGreaterThan(30);
    for (const { access, method, url } of routes) {
      const open = access === 'public' || access === 'login';
      expect([url, open]).toEqual([url, PUBLIC.includes(url)]);
      if (open) continue;
      const answer = await call(at(url), { method, ...(method === 'GET' ? {} : { json: {} }) });
      expect([method, url, answer.status]).toEqual([method, url, 401]);
      expect(answer.json().error.code).toBe('UNAUTHENTICATED');
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('that does not exist is 401 to a stranger, and 404 to one who is known', async () => {
    expect((await call(`${test.url}/api/v1/nothing`)).status).toBe(401);
    expect((await call(`${test.url}/api/v1/nothing`, { key: test.ownerKey })).json().error.code).toBe('NOT_FOUND');
  });

  it('cannot be registered without saying who may call it', async () => {
    const { deps, remove } = await testDeps();
    const { app } = await createApp(deps);
    expect(() => app.get('/forgotten', () => 'secret')).toThrow(/does not say who may call it/);
    await app.close();
    await remove();
  });
});

describe('roles (QA-4)', () => {
  const MATRIX: [method: string, url: string, least: 'viewer' | 'operator' | 'admin', json?: unknown][] = [
    ['GET', '/api/v1/runs', 'viewer'],
    ['GET', '/api/v1/runs/:id', 'viewer'],
    ['GET', '/api/v1/runs/:id/actions', 'viewer'],
    ['GET', '/api/v1/runs/:id/events', 'viewer'],
    ['GET', '/api/v1/runs/:id/artifacts', 'viewer'],
    ['GET', '/api/v1/runs/:id/export?format=json', 'viewer'],
    ['GET', '/api/v1/runs/:id/shares', 'viewer'],
    ['GET', '/api/v1/insight', 'viewer'],
    ['GET', '/api/v1/agents', 'viewer'],
    ['GET', '/api/v1/tools', 'viewer'],
    ['GET', '/api/v1/me', 'viewer'],
    ['POST', '/api/v1/runs', 'operator', { agent: 'tester', task: 'x' }],
    ['POST', '/api/v1/runs/:id/stop', 'operator'],
    ['POST', '/api/v1/runs/:id/resume', 'operator'],
    ['POST', '/api/v1/runs/:id/cancel', 'operator', { reason: 'enough' }],
    ['POST', '/api/v1/runs/:id/fork', 'operator', { seq: 1 }],
    ['POST', '/api/v1/runs/:id/shares', 'operator', {}],
    ['POST', '/api/v1/runs/:id/playbook', 'operator', { name: 'book' }],
    ['POST', '/api/v1/runs/:id/answers', 'operator', { action_id: 'a1', choice: 'approve' }],
    ['GET', '/api/v1/doctor', 'admin'],
    ['GET', '/api/v1/keys', 'admin'],
    ['GET', '/api/v1/users', 'admin'],
    ['POST', '/api/v1/users/invitations', 'admin', { role: 'viewer' }],
  ];

  it('may do exactly what the matrix says', async () => {
    const order = ['viewer', 'operator', 'admin', 'owner'];
    for (const role of order) {
      const key = await makeKey(test, role);
      for (const [method, url, least, json] of MATRIX) {
        const answer = await call(at(url), { method, key, ...(json === undefined ? {} : { json }) });
        const allowed = order.indexOf(role) >= order.indexOf(least);
        expect([role, method, url, answer.status < 300]).toEqual([role, method, url, allowed]);
        if (!allowed) expect(answer.json().error.code).toBe('PERMISSION_DENIED');
      }
    }
  });
});

describe('API keys (QA-4)', () => {
  it('are bounded by their scopes', async () => {
    const key = await makeKey(test, 'operator', ['runs:read']);
    expect((await call(at('/api/v1/runs'), { key })).status).toBe(200);
    const refused = await call(at('/api/v1/runs'), { key, json: { agent: 'tester', task: 'x' } });
    expect(refused.status).toBe(403);
    expect(refused.json().error.message).toContain('runs:write');
  });

  it('cannot be given more than their maker holds, nor more than their role gives', async () => {
    const admin = await makeKey(test, 'admin', ['keys:admin', 'runs:read']);
    const make = (json: unknown) => call(at('/api/v1/keys'), { key: admin, json });
    expect((await make({ name: 'x', role: 'owner' })).json().error.code).toBe('PERMISSION_DENIED');
    expect((await make({ name: 'x', role: 'admin', scopes: ['users:admin'] })).status).toBe(403);
    expect((await make({ name: 'x', role: 'viewer', scopes: ['runs:write'] })).json().error.code).toBe(
      'INVALID_ARGUMENT',
    );
    const made = await make({ name: 'x', role: 'admin' });
    expect(made.json<{ scopes: string[] }>().scopes).toEqual(['runs:read', 'keys:admin']);
  });

  it('are shown once, stored as a hash, and end when revoked or expired', async () => {
    const expires = new Date(test.time.now + 3_600_000).toISOString();
    const made = await call(at('/api/v1/keys'), {
      key: test.ownerKey,
      json: { name: 'short', role: 'viewer', expires_at: expires },
    });
    const { id, key } = made.json<{ id: string; key: string }>();
    expect(key).toMatch(/^hf_[0-9a-f]{16}_[\w-]{43}$/);
    const stored = await test.deps.database
      .writer<Record<string, Record<string, unknown>>>()
      .selectFrom('gateway_key')
      .selectAll()
      .execute();
    expect(JSON.stringify(stored)).not.toContain(key.slice(-43));
    const listed = await call(at('/api/v1/keys'), { key: test.ownerKey });
    expect(listed.text).not.toContain(key.slice(-43));

    expect((await call(at('/api/v1/runs'), { key })).status).toBe(200);
    expect((await call(at('/api/v1/runs'), { key: key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A') })).status).toBe(
      401,
    );
    const { keys } = (await call(at('/api/v1/keys'), { key: test.ownerKey })).json<{
      keys: { id: string; last_used_at: string }[];
    }>();
    expect(keys.find((one) => one.id === id)?.last_used_at).toBe(new Date(test.time.now).toISOString());

    const before = test.time.now;
    test.time.now += 3_600_000;
    expect((await call(at('/api/v1/runs'), { key })).status).toBe(401);
    test.time.now = before;
    expect((await call(at('/api/v1/runs'), { key })).status).toBe(200);
    const revoke = () => call(at('/api/v1/keys/') + id, { method: 'DELETE', key: test.ownerKey });
    expect((await revoke()).status).toBe(204);
    expect((await call(at('/api/v1/runs'), { key })).status).toBe(401);
    expect((await revoke()).json().error.code).toBe('NOT_FOUND');
  });

  it.each([
    '',
    'x',
    'hf_',
    'hf_local_',
    `hf_local_${'A'.repeat(43)}`,
    `hf_00_${'A'.repeat(43)}`,
    "hf_' or '1'='1_x",
    'Bearer',
  ])('do not let %j in', async (key) => {
    expect((await call(at('/api/v1/runs'), { key })).status).toBe(401);
  });
});

describe('tenants (QA-4)', () => {
  it("do not see each other's runs: they are 404, whatever is asked of them", async () => {
    const key = test.ownerKey;
    const of = (path: string) => `${test.url}/api/v1/runs/foreign${path}`;
    for (const path of ['', '/actions', '/events', '/report', '/artifacts', '/artifacts/x', '/playbook?name=x']) {
      expect([path, (await call(of(path), { key })).status]).toEqual([path, 404]);
    }
    const bodies: Record<string, object> = { answers: { action_id: 'a' }, playbook: { name: 'a' } };
    for (const verb of ['stop', 'resume', 'cancel', 'fork', 'answers', 'playbook']) {
      const answer = await call(of(`/${verb}`), { key, json: bodies[verb] ?? {} });
      expect([verb, answer.status]).toEqual([verb, 404]);
    }
    expect((await call(at('/api/v1/runs'), { key })).text).not.toContain('foreign');
  });

  it('name themselves and the trace to the services', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await call(at('/api/v1/runs'), { key: test.ownerKey, headers: { traceparent } });
    expect(answer.headers.get('traceparent')).toBe(traceparent);
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    const { caller } = test.agent.calls.at(-1)?.request ?? {};
    expect(caller).toMatchObject({ tenant: 'default', subject: 'local', traceparent });
    const own = await call(at('/api/v1/runs'), { key: test.ownerKey, headers: { traceparent: 'rubbish' } });
    expect(own.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
