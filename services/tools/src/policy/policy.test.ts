import { silentLogger } from '@holdfast/telemetry';
import { describe, expect, it } from 'vitest';

import { type PolicyConfig, PolicyConfigSchema } from './config.ts';
import { decide } from './decide.ts';
import { Gate, type GatedCall, type ToolCalled } from './gate.ts';
import { memoryLedger } from './ledger/memory.ts';

type Rules = readonly unknown[];

function policy(rules: Rules): PolicyConfig {
  return PolicyConfigSchema.parse({ rules });
}

function gateOf(rules: Rules) {
  const time = { now: Date.UTC(2026, 10, 27, 23, 0), monotonic: 0 };
  const called: ToolCalled[] = [];
  const ledger = memoryLedger();
  const gate = new Gate({
    policy: policy(rules),
    ledger,
    clock: { now: () => time.now, monotonic: () => time.monotonic },
    logger: silentLogger(),
    called: (call) => called.push(call),
  });
  const pass = (ms: number): void => {
    time.now += ms;
    time.monotonic += ms;
  };
  return { gate, pass, called, ledger };
}

const call = (of: Partial<GatedCall> = {}): GatedCall => ({
  tool: 'mcp__shop__buy',
  tenant: 'acme',
  runId: 'r1',
  ...of,
});

describe('policy of tools (TL-5)', () => {
  it('says nothing where there is no rule', () => {
    expect(decide(policy([]), { tool: 'bash', tenant: '' })).toEqual({
      denied: undefined,
      approval: undefined,
      timeoutMs: undefined,
      maxResultBytes: undefined,
      costMicros: 0,
      rates: [],
      budgets: [],
    });
  });

  it('TL-5: the last rule that says something counts, each thing by itself', () => {
    const rules = policy([
      { tools: ['*'], access: 'deny', max_result_bytes: 2048, timeout_ms: 1000 },
      { tools: ['read_*', 'bash'], access: 'allow' },
      { tools: ['bash'], tenants: ['acme', 'corp-*'], approval: 'always', usd_per_call: 0.0025 },
    ]);
    expect(decide(rules, { tool: 'write_file', tenant: 'acme' }).denied).toBe('*');
    expect(decide(rules, { tool: 'read_file', tenant: 'acme' })).toMatchObject({ denied: undefined, timeoutMs: 1000 });
    expect(decide(rules, { tool: 'bash', tenant: 'corp-1' })).toMatchObject({ approval: 'always', costMicros: 2500 });
    expect(decide(rules, { tool: 'bash', tenant: 'other' })).toMatchObject({ approval: undefined, costMicros: 0 });
    expect(decide(rules, { tool: 'bash', tenant: 'acme' }).maxResultBytes).toBe(2048);
  });

  it('TL-5: rates and budgets of all rules hold, the smaller one where two are of the same tools', () => {
    const rules = policy([
      { tools: ['mcp__*'], budget: { tenant_day_usd: 5 }, rate: { calls: 9, per: 'hour' } },
      { tools: ['mcp__*'], budget: { tenant_day_usd: 3 } },
      { tools: ['mcp__shop__*'], budget: { run_usd: 1 }, rate: { calls: 2, per: 'minute', of: 'run' } },
    ]);
    const { budgets, rates } = decide(rules, { tool: 'mcp__shop__buy', tenant: 'a' });
    expect(budgets.map(({ of, micros }) => [of, micros])).toEqual([
      ['day', 3_000_000],
      ['run', 1_000_000],
    ]);
    expect(rates.map(({ calls, per, of }) => [calls, per, of])).toEqual([
      [9, 'hour', 'tenant'],
      [2, 'minute', 'run'],
    ]);
  });

  it.each([
    [{ tools: [] }],
    [{ tools: ['a[b'] }],
    [{ tools: ['a/b'] }],
    [{ tools: ['**/{a,b}'] }],
    [{ tools: ['a'], acces: 'deny' }],
    [{ tools: ['a'], rate: { calls: 0, per: 'minute' } }],
    [{ tools: ['a'], rate: { calls: 1, per: 'day' } }],
    [{ tools: ['a'], usd_per_call: -1 }],
    [{ tools: ['a'], usd_per_call: Number.NaN }],
    [{ tools: ['a'], timeout_ms: 0 }],
    [{ tools: ['a'], max_result_bytes: 10 }],
    [{ tools: ['a'], max_result_bytes: 2 ** 30 }],
  ])('bad input: refuses the rule %j', (rule) => {
    expect(PolicyConfigSchema.safeParse({ rules: [rule] }).success).toBe(false);
  });
});

describe('gate of tools (TL-5)', () => {
  it('TL-5: refuses a denied tool, naming the rule, and lets others through', async () => {
    const { gate } = gateOf([{ tools: ['mcp__shop__*'], tenants: ['acme'], access: 'deny' }]);
    const refusal = await gate.begin(call());
    expect(refusal).toMatchObject({ code: 'REFUSED' });
    expect(refusal?.message).toContain('rule: mcp__shop__*');
    expect(await gate.look(call())).toEqual(refusal);
    expect(await gate.begin(call({ tenant: 'other' }))).toBeUndefined();
    expect(await gate.begin(call({ tool: 'bash' }))).toBeUndefined();
  });

  it('TL-5: lets as many calls through as the rate says, and tells when the next one may be made', async () => {
    const { gate, pass } = gateOf([{ tools: ['mcp__*'], rate: { calls: 2, per: 'minute' } }]);
    expect(await gate.begin(call())).toBeUndefined();
    expect(await gate.look(call())).toBeUndefined();
    expect(await gate.begin(call({ tool: 'mcp__other__x', runId: 'r2' }))).toBeUndefined();
    const refusal = await gate.begin(call());
    expect(refusal?.code).toBe('RATE_LIMITED');
    expect(refusal?.message).toContain('Try again in 30 s');
    expect(await gate.begin(call({ tenant: 'other' }))).toBeUndefined();
    pass(29_999);
    expect((await gate.look(call()))?.code).toBe('RATE_LIMITED');
    pass(1);
    expect(await gate.begin(call())).toBeUndefined();
    expect((await gate.begin(call()))?.code).toBe('RATE_LIMITED');
    pass(3_600_000);
    expect((await gate.room(call())).rates).toMatchObject([{ left: 2, waitMs: 0 }]);
  });

  it('counts by run where the rule says so, and forgets a run that has ended', async () => {
    const { gate } = gateOf([{ tools: ['*'], rate: { calls: 1, per: 'hour', of: 'run' } }]);
    expect(await gate.begin(call())).toBeUndefined();
    expect((await gate.begin(call()))?.code).toBe('RATE_LIMITED');
    expect(await gate.begin(call({ runId: 'r2' }))).toBeUndefined();
    await gate.forgetRun('acme', 'r1');
    expect(await gate.begin(call())).toBeUndefined();
    expect((await gate.begin(call({ runId: 'r2' })))?.code).toBe('RATE_LIMITED');
  });

  it('of calls at the same moment no more pass than the rate says', async () => {
    const { gate } = gateOf([{ tools: ['*'], rate: { calls: 3, per: 'hour' }, usd_per_call: 1 }]);
    const refusals = await Promise.all(Array.from({ length: 10 }, () => gate.begin(call())));
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(3);
  });

  it('TL-5: stops at the budget of a run and of a day, and a new day has money again', async () => {
    const { gate, pass } = gateOf([
      { tools: ['mcp__shop__*'], usd_per_call: 0.4, budget: { run_usd: 1, tenant_day_usd: 1.5 } },
    ]);
    expect(await gate.begin(call())).toBeUndefined();
    expect(await gate.begin(call())).toBeUndefined();
    const run = await gate.begin(call());
    expect(run).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(run?.message).toContain('0.8 USD are spent in this run');
    expect(await gate.look(call())).toEqual(run);
    expect(await gate.begin(call({ runId: 'r2' }))).toBeUndefined();
    const day = await gate.begin(call({ runId: 'r3' }));
    expect(day?.message).toContain('1.2 USD are spent today');
    expect(await gate.begin(call({ tool: 'bash' }))).toBeUndefined();
    pass(3_600_000);
    expect(await gate.begin(call({ runId: 'r3' }))).toBeUndefined();
    expect((await gate.room(call({ runId: '' }))).budgets).toHaveLength(1);
  });

  it('counts what has ended, with its price', async () => {
    const { gate, called, ledger } = gateOf([{ tools: ['mcp__*'], usd_per_call: 0.25 }]);
    await gate.ended(call(), 'ok');
    await gate.ended(call(), 'TIMED_OUT');
    await gate.ended(call({ tool: 'bash' }), 'ok');
    expect(called).toEqual([
      { tool: 'mcp__shop__buy', outcome: 'ok', usd: 0.25 },
      { tool: 'mcp__shop__buy', outcome: 'TIMED_OUT', usd: 0.25 },
      { tool: 'bash', outcome: 'ok', usd: 0 },
    ]);
    expect(await ledger.usage('acme', '2026-11-27')).toMatchObject([
      { tool: 'bash', calls: 1, failed: 0, micros: 0 },
      { tool: 'mcp__shop__buy', calls: 2, failed: 1, micros: 500_000 },
    ]);
  });

  it('failure: a ledger that cannot be written does not fail a call that has ended, and lets none begin for money', async () => {
    const broken = {
      ...memoryLedger(),
      count: () => Promise.reject(new Error('disk')),
      reserve: () => Promise.reject(new Error('disk')),
    };
    const rules = [{ tools: ['*'], usd_per_call: 1, budget: { run_usd: 9 } }];
    const clock = { now: () => 0, monotonic: () => 0 };
    const gate = new Gate({ policy: policy(rules), ledger: broken, clock, logger: silentLogger() });
    await gate.ended(call(), 'ok');
    await expect(gate.begin(call())).rejects.toThrow('disk');
  });
});
