import { openPostgres } from '@holdfast/storage';
import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createGateway } from './gateway.ts';
import { call, testDeps } from './testing.ts';

let cluster: PostgresCluster | undefined;
beforeAll(async () => {
  cluster = await startPostgres({ replicas: 0 });
});
afterAll(() => cluster?.stop());

describe('the gateway on PostgreSQL (AR-3)', () => {
  it('sets up the owner, logs in and out, makes and ends keys, and disables users, as on SQLite', async (context) => {
    if (cluster === undefined) return context.skip('PostgreSQL is not installed; run scripts/services.sh');
    const { deps, remove } = await testDeps();
    const database = await openPostgres({ url: cluster.url, replicas: [] });
    const gateway = await createGateway({ ...deps, database });
    const url = await gateway.listen();
    const own = { origin: url };
    const form = (path: string, fields: Record<string, string>) =>
      call(url + path, {
        headers: { ...own, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      });
    const ada = { email: 'ada@example.com', password: 'correct horse battery' };
    const token = new URL(gateway.setupUrl() ?? '').searchParams.get('token') ?? '';

    const tries = ['ada', 'eve', 'bob'].map((name) =>
      form('/setup', { token, ...ada, name, email: `${name}@example.com` }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([303, 409, 409]);
    const email = ['ada', 'eve', 'bob'].map((name) => `${name}@example.com`)[statuses.indexOf(303)] ?? '';

    const login = await form('/login', { email, password: ada.password });
    expect(login.status).toBe(303);
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const headers = { cookie, ...own };
    const me = (await call(`${url}/api/v1/me`, { headers })).json<{ subject: string; role: string }>();
    expect(me.role).toBe('owner');

    const made = await call(`${url}/api/v1/keys`, { headers, json: { name: 'k', role: 'viewer' } });
    const { id, key } = made.json<{ id: string; key: string }>();
    expect((await call(`${url}/api/v1/runs`, { key })).status).toBe(200);
    const { keys } = (await call(`${url}/api/v1/keys`, { headers })).json<{ keys: { last_used_at: string }[] }>();
    expect(keys[0]?.last_used_at).toBe(new Date(deps.clock.now()).toISOString());
    expect((await call(`${url}/api/v1/keys/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await call(`${url}/api/v1/runs`, { key })).status).toBe(401);

    const file = { headers: { ...headers, 'content-type': 'application/octet-stream' }, body: 'a,b\n' };
    const upload = (await call(`${url}/api/v1/uploads?name=a.csv`, file)).json<{ id: string }>();
    const inputs = [{ upload: upload.id }];
    for (let n = 0; n < 2; n++) {
      const run = { headers, json: { agent: 'tester', task: 'x', inputs } };
      expect((await call(`${url}/api/v1/runs`, run)).status).toBe(201);
    }
    const shares = `${url}/api/v1/runs/run-1/shares`;
    const shared = (await call(shares, { headers, json: {} })).json<{ id: string; url: string }>();
    expect((await call(`${shared.url}&format=json`)).status).toBe(200);
    expect((await call(shares, { headers })).json()).toMatchObject({ shares: [{ id: shared.id, views: 1 }] });
    expect((await call(`${shares}/${shared.id}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await call(shared.url)).status).toBe(404);

    const audit = await call(`${url}/api/v1/audit?action=run.&limit=1&since=2020-01-01T00:00:00Z`, { headers });
    const { entries, next_page: next } = audit.json<{ entries: object[]; next_page: string }>();
    expect(entries).toMatchObject([
      { action: 'run.create', subject: me.subject, user_name: expect.any(String), status: 201 },
    ]);
    const more = await call(`${url}/api/v1/audit?page=${next}`, { headers });
    expect(more.json<{ entries: { action: string }[] }>().entries.map(({ action }) => action)).toContain('user.join');

    const last = await call(`${url}/api/v1/users/${me.subject}`, { method: 'PATCH', headers, json: { role: 'admin' } });
    expect(last.json().error.code).toBe('FAILED_PRECONDITION');
    expect((await call(`${url}/api/v1/auth/logout`, { method: 'POST', headers })).status).toBe(204);
    expect((await call(`${url}/api/v1/me`, { headers })).status).toBe(401);
    await gateway.close();
    await database.close();
    await remove();
  });
});
