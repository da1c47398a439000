import { agentpb, create, HoldfastError } from '@holdfast/protocol';
import { startPostgres } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type AgentHost, type AgentHostOptions, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir = tempDir();
let host: AgentHost | undefined;
beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  await host?.close();
  host = undefined;
  dir.remove();
});

async function start(change: Partial<AgentHostOptions> = {}): Promise<AgentHost> {
  host = await startAgentHost({
    dataDir: dir.path,
    agents: ['helper', 'idle'],
    tools: testTools({
      look: {},
      fall: { run: () => Promise.reject(new HoldfastError('TOOL_FAILED', 'It fell.')) },
    }),
    model: () =>
      saying(
        (step) =>
          step === 0
            ? {
                calls: [
                  ['look', {}],
                  ['look', {}],
                  ['fall', {}],
                ],
              }
            : { text: 'done' },
        0.25,
      ),
    ...change,
  });
  return host;
}

/** The last hour and the next: a run may cross into the next bucket. */
async function insight(of: AgentHost, tenant = 'acme', withResources = false) {
  const { caller } = clientOf(of.agent, tenant);
  const hour = 3_600_000;
  const range = { from: Date.now() - hour, to: Date.now() + hour };
  return of.agent.getInsight(create(agentpb.GetInsightRequestSchema, { caller, ...range, withResources }));
}

const sum = (
  { points }: agentpb.GetInsightResponse,
  what: 'started' | 'succeeded' | 'failed' | 'canceled' | 'modelCalls' | 'toolCalls' | 'toolErrors',
) => points.reduce((total, point) => total + point[what], 0);

async function work(on: AgentHost, tenant: string, runs: number): Promise<void> {
  const client = clientOf(on.agent, tenant);
  for (let n = 0; n < runs; n += 1) {
    const { id } = await client.create('helper', 'work');
    const { status } = await client.ended(id);
    expect(status).toBe(agentpb.RunStatus.SUCCEEDED);
  }
}

function expectTwoRuns(seen: agentpb.GetInsightResponse): void {
  const counted = (['started', 'succeeded', 'failed', 'modelCalls', 'toolCalls', 'toolErrors'] as const).map((what) =>
    sum(seen, what),
  );
  expect(counted).toEqual([2, 2, 0, 4, 6, 2]);
  expect(seen.agents).toMatchObject([{ name: 'helper', succeeded: 2 }]);
  expect(seen.models).toMatchObject([
    { name: 'test/model', calls: 4, usage: { inputTokens: 40, outputTokens: 20, costUsd: 1, costUnknown: false } },
  ]);
  const tools = new Map(seen.tools.map(({ name, calls, errors }) => [name, [calls, errors]]));
  expect(tools).toEqual(
    new Map([
      ['look', [4, 0]],
      ['fall', [2, 2]],
    ]),
  );
}

describe('insight of real runs (OB-2)', () => {
  it('is the same after a restart, and each tenant sees its own only', async () => {
    const first = await start();
    await work(first, 'acme', 2);
    await work(first, 'other', 1);
    expectTwoRuns(await insight(first));
    await first.close();
    const second = await start();
    expectTwoRuns(await insight(second));
    expect(sum(await insight(second, 'other'), 'succeeded')).toBe(1);
    expect(sum(await insight(second, 'nobody'), 'succeeded')).toBe(0);
    await work(second, 'acme', 1);
    expect(sum(await insight(second), 'succeeded')).toBe(3);
  });

  it('is that of all processes on PostgreSQL', async (context) => {
    const cluster = await startPostgres({ replicas: 0 });
    if (!cluster) return context.skip('PostgreSQL is not installed (scripts/services.sh installs it)');
    try {
      const one = await start({ postgres: cluster.url });
      await work(one, 'acme', 1);
      await one.close();
      const two = await start({ postgres: cluster.url });
      await work(two, 'acme', 1);
      expectTwoRuns(await insight(two));
      await two.close();
    } finally {
      await cluster.stop();
    }
  });

  it('counts runs that failed, and runs that were cancelled before anybody worked on them', async () => {
    const busy = Promise.withResolvers<void>();
    const held = await start({
      config: { concurrency: { global: 1 } },
      model: (name) =>
        saying(async () => {
          if (name === 'idle') await busy.promise;
          throw new HoldfastError('MODEL_REJECTED', 'No.');
        }),
    });
    const client = clientOf(held.agent);
    const blocker = await client.create('idle', 'wait');
    await client.until(blocker.id, 'action.intent');
    const queued = await client.create('helper', 'never begun');
    await client.cancel(queued.id);
    expect((await client.ended(queued.id)).status).toBe(agentpb.RunStatus.CANCELED);
    busy.resolve();
    expect((await client.ended(blocker.id)).status).toBe(agentpb.RunStatus.FAILED);
    const seen = await insight(held);
    expect([sum(seen, 'started'), sum(seen, 'failed'), sum(seen, 'canceled')]).toEqual([1, 1, 1]);
    expect(seen.agents).toMatchObject([
      { name: 'helper', canceled: 1 },
      { name: 'idle', failed: 1 },
    ]);
    expect(seen.models).toMatchObject([{ calls: 1, errors: 1 }]);
  });

  it('refuses a range that is backwards or too long, and who names no tenant', async () => {
    const { agent } = await start();
    const ask = (from: number, to: number, tenant = 'acme') => {
      const { caller } = clientOf(agent, tenant);
      return agent.getInsight(create(agentpb.GetInsightRequestSchema, { caller, from, to }));
    };
    await expect(ask(2, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(ask(0, 91 * 86_400_000)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(ask(1, 2, '')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
