import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { call, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await startGateway();
});
afterAll(() => test.close());

const list = (query: Record<string, string>) =>
  call(`${test.url}/api/v1/runs?${new URLSearchParams(query).toString()}`, { key: test.ownerKey });

describe('the search for runs', () => {
  it('is handed on as it is, with times in milliseconds', async () => {
    const search = `100% of a_b & "磐石"`;
    const answer = await list({ search, since: '2026-11-01T00:00:00Z', until: '2026-11-02T01:00:00+01:00' });
    expect(answer.status).toBe(200);
    expect(test.agent.calls.at(-1)?.request).toMatchObject({
      search,
      since: Date.UTC(2026, 10, 1),
      until: Date.UTC(2026, 10, 2),
    });
    await list({});
    expect(test.agent.calls.at(-1)?.request).toMatchObject({ search: '', since: 0, until: 0 });
  });

  it.each([{ search: 'x'.repeat(201) }, { since: 'yesterday' }, { until: '1700000000' }, { since: '' }])(
    'refuses %j',
    async (query) => {
      const answer = await list(query);
      expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    },
  );
});
