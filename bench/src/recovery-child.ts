/**
 * One process of `start.ts`: creates runs until there are `count`, whose model never answers (`hang`) or does at once
 * (`answer`); says `ready` when all are under way, or `ended <ms>` when all have ended, counted from its own start.
 */
import type { Model, ModelPart } from '@holdfast/models';
import { agentpb, create } from '@holdfast/protocol';

import { startAgentHost } from '../../tests/src/support/agent-host.ts';
import { clientOf } from '../../tests/src/support/client.ts';
import { testTools } from '../../tests/src/support/script.ts';

const [dataDir = '', mode = '', count = '0'] = process.argv.slice(2);

const model: Model = {
  id: 'bench/recovery',
  playbook: false,
  async *stream({ signal }): AsyncGenerator<ModelPart, void, undefined> {
    if (mode === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield { type: 'part', part: { type: 'text', text: 'Done.' } };
    const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
    yield { type: 'finish', model: 'bench/recovery', reason: 'stop', usage, costUsd: 0 };
  },
};

const many = Number(count);
const concurrency = mode === 'hang' ? { global: many, per_tenant: many, per_agent: many } : {};
const host = await startAgentHost({
  dataDir,
  agents: ['a'],
  model: () => model,
  tools: testTools({}),
  config: { concurrency },
});
const client = clientOf(host.agent);
if (mode === 'hang') {
  const runs = await Promise.all(Array.from({ length: many }, (_, n) => client.create('a', `Task ${n}.`)));
  await Promise.all(runs.map(({ id }) => client.until(id, 'action.intent')));
  process.stdout.write('ready\n');
} else {
  const ids: string[] = [];
  for (let page = '', first = true; first || page !== ''; first = false) {
    const request = create(agentpb.ListRunsRequestSchema, { caller: client.caller, limit: 200, page });
    const { runs, nextPage } = await host.agent.listRuns(request);
    ids.push(...runs.map(({ id }) => id));
    page = nextPage;
  }
  const ended = await Promise.all(ids.map((id) => client.ended(id)));
  const took = performance.now();
  const well = ended.filter(({ status, recoveries }) => status === agentpb.RunStatus.SUCCEEDED && recoveries === 1);
  await host.close();
  process.stdout.write(`ended ${took} ${well.length}\n`);
}
