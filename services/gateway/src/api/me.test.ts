import { afterAll, beforeAll, expect, it } from 'vitest';

import { call, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
let headers: Record<string, string>;
beforeAll(async () => {
  test = await startGateway();
  const token = new URL(test.gateway.setupUrl() ?? '').searchParams.get('token') ?? '';
  const person = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
  const answer = await call(`${test.url}/setup`, {
    headers: { origin: test.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, ...person }).toString(),
  });
  headers = { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', origin: test.url };
});
afterAll(() => test.close());

const rename = (json: unknown, options: { key?: string; headers?: Record<string, string> } = { headers }) =>
  call(`${test.url}/api/v1/me`, { method: 'PATCH', json, ...options });
const name = async () =>
  (await call(`${test.url}/api/v1/me`, { headers })).json<{ user: { name: string } }>().user.name;

it('people change their own name, and nothing else of themselves (QA-4)', async () => {
  const renamed = await rename({ name: '  艾达  ' });
  expect(renamed.status).toBe(200);
  expect(renamed.json()).toMatchObject({
    kind: 'session',
    role: 'owner',
    user: { name: '艾达', email: 'ada@example.com' },
  });
  expect(await name()).toBe('艾达');
  for (const body of [{}, { name: '' }, { name: '  ' }, { name: 'x'.repeat(101) }, { name: 'x', role: 'owner' }]) {
    expect([body, (await rename(body)).status]).toEqual([body, 400]);
  }
  expect((await rename({ name: 'Eve' }, { headers: { ...headers, origin: 'http://evil.example' } })).status).toBe(403);
  expect((await rename({ name: 'Eve' }, { key: test.ownerKey })).json().error.code).toBe('FAILED_PRECONDITION');
  expect(await name()).toBe('艾达');
});
