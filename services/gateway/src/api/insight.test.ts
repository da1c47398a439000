import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { call, makeKey, startGateway, type TestGateway } from '../testing.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const DAY = 86_400_000;

let test: TestGateway;
beforeAll(async () => {
  test = await startGateway();
});
afterAll(() => test.close());
beforeEach(() => {
  test.agent.insight = {};
});

const get = (query: Record<string, string> = {}, key = test.ownerKey) =>
  call(`${test.url}/api/v1/insight?${new URLSearchParams(query).toString()}`, { key });
const asked = () => test.agent.calls.at(-1)?.request as unknown as Record<string, unknown>;

describe('GET /insight (OB-2)', () => {
  it('is as the contract says', async () => {
    const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 3, costUsd: 0.25, costUnknown: true };
    test.agent.insight = {
      from: NOON,
      to: NOON + 600_000,
      stepMs: 300_000,
      runMs: { p50: 1.25, p95: 3 },
      points: [
        {
          at: NOON,
          started: 4,
          succeeded: 1,
          failed: 2,
          canceled: 3,
          runMs: { p50: 1.5, p95: 2 },
          queueMs: { p50: 0, p95: 7 },
          modelCalls: 8,
          modelErrors: 1,
          toolCalls: 9,
          toolErrors: 2,
          usage,
        },
        { at: NOON + 300_000, usage: { costUnknown: true } },
      ],
      agents: [{ name: 'helper', succeeded: 1, failed: 2, canceled: 3, runMs: { p50: 1.5, p95: 2 } }],
      models: [{ name: 'x/m', calls: 8, errors: 1, callMs: { p50: 3, p95: 4 }, usage }],
      tools: [{ name: 'bash', calls: 9, errors: 2, callMs: { p50: 5, p95: 6 }, maxMs: 7, totalMs: 50 }],
      resources: [{ at: NOON, rssBytes: 1, cpuFraction: 0.5, eventLoopDelayMs: 2, diskFreeBytes: 3 }],
    };
    const shown = { input_tokens: 10, output_tokens: 5, cost_usd: 0.25, cost_unknown: true };
    const answer = await get();
    expect([answer.status, answer.json<unknown>()]).toEqual([
      200,
      {
        from: '2026-11-24T12:00:00.000Z',
        to: '2026-11-24T12:10:00.000Z',
        step_ms: 300_000,
        run_ms: { p50: 1.25, p95: 3 },
        points: [
          {
            at: '2026-11-24T12:00:00.000Z',
            runs: { started: 4, succeeded: 1, failed: 2, canceled: 3 },
            run_ms: { p50: 1.5, p95: 2 },
            queue_ms: { p50: 0, p95: 7 },
            model_calls: 8,
            model_errors: 1,
            tool_calls: 9,
            tool_errors: 2,
            ...shown,
          },
          {
            at: '2026-11-24T12:05:00.000Z',
            runs: { started: 0, succeeded: 0, failed: 0, canceled: 0 },
            run_ms: null,
            queue_ms: null,
            model_calls: 0,
            model_errors: 0,
            tool_calls: 0,
            tool_errors: 0,
            input_tokens: 0,
            output_tokens: 0,
            cost_usd: null,
            cost_unknown: true,
          },
        ],
        agents: [{ name: 'helper', runs: 6, succeeded: 1, failed: 2, canceled: 3, p50_ms: 1.5, p95_ms: 2 }],
        models: [{ name: 'x/m', calls: 8, errors: 1, p50_ms: 3, p95_ms: 4, ...shown }],
        tools: [{ name: 'bash', calls: 9, errors: 2, p50_ms: 5, p95_ms: 6, max_ms: 7, total_ms: 50 }],
        resources: [
          {
            at: '2026-11-24T12:00:00.000Z',
            rss_bytes: 1,
            cpu_fraction: 0.5,
            event_loop_delay_ms: 2,
            disk_free_bytes: 3,
          },
        ],
      },
    ]);
  });

  it('asks for the last 24 hours, or for what is said', async () => {
    await get();
    expect(asked()).toMatchObject({ from: test.time.now - DAY, to: test.time.now });
    await get({ from: '2026-11-24T12:00:00Z', to: '2026-11-24T14:00:00+01:00' });
    expect(asked()).toMatchObject({ from: NOON, to: NOON + 3_600_000 });
    await get({ to: '2026-11-24T12:00:00Z' });
    expect(asked()).toMatchObject({ from: NOON - DAY, to: NOON });
    expect(asked()['caller']).toMatchObject({ tenant: 'default' });
  });

  it.each([{ from: 'monday' }, { to: '1700000000000' }, { form: '2026-11-24T12:00:00Z' }])(
    'refuses %j',
    async (query) => {
      const answer = await get(query);
      expect([answer.status, answer.json().error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    },
  );

  it('asks for resources for those only who hold admin:read (QA-4)', async () => {
    const keys: [string, string[] | undefined, boolean][] = [
      ['viewer', undefined, false],
      ['operator', undefined, false],
      ['admin', undefined, true],
      ['admin', ['runs:read'], false],
    ];
    for (const [role, scopes, resources] of keys) {
      expect((await get({}, await makeKey(test, role, scopes))).status).toBe(200);
      expect([role, scopes, asked()['withResources']]).toEqual([role, scopes, resources]);
    }
    const without = await get({}, await makeKey(test, 'admin', ['admin:read']));
    expect(without.json().error.code).toBe('PERMISSION_DENIED');
  });
});
