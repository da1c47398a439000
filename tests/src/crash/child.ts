/**
 * One process of the crash harness: opens the data directory, lets the platform recover what an earlier process left,
 * creates runs until there are as many as asked for, waits until all have ended, and prints them as one line of JSON.
 * It is killed in the middle of that, again and again.
 *
 * node child.ts <data dir> <scenario> <runs>, with HOLDFAST_FAULT=<point>@<action> for a kill at a fault point, and
 * HARNESS_POSTGRES=<url> to work on a database that several such processes share.
 */
import { join } from 'node:path';

import { parseFaults } from '@holdfast/agent';
import { agentpb, commonpb, create } from '@holdfast/protocol';

import { startAgentHost } from '../support/agent-host.ts';
import { effectTools, Ledger } from './effect-tools.ts';
import { scenarioOf, scriptedModel } from './scenario.ts';

const [dataDir = '', name = '', runs = '1'] = process.argv.slice(2);
const caller = create(commonpb.CallerSchema, { tenant: 'crash', subject: 'harness' });
const scenario = scenarioOf(name);
const postgres = process.env['HARNESS_POSTGRES'];

const host = await startAgentHost({
  dataDir,
  agents: [scenario.name],
  model: () => scriptedModel(scenario),
  tools: effectTools(new Ledger(join(dataDir, 'ledger.ndjson'))),
  ...(postgres ? { postgres, config: { lease_ms: 1000 } } : {}),
  faults: parseFaults(process.env['HOLDFAST_FAULT'], () => process.kill(process.pid, 'SIGKILL')),
});

for (let n = 0; n < Number(runs); n += 1) {
  await host.agent.createRun(
    create(agentpb.CreateRunRequestSchema, { caller, agent: scenario.name, task: 'Go.', requestKey: `run-${n}` }),
  );
}
const { runs: all } = await host.agent.listRuns(create(agentpb.ListRunsRequestSchema, { caller, limit: 200 }));
const ended: agentpb.Run[] = [];
for (const { id } of all) {
  for await (const { event } of host.agent.watch(create(agentpb.WatchRequestSchema, { caller, runId: id }))) void event;
  const { run } = await host.agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId: id }));
  if (run) ended.push(run);
}
const report = await Promise.all(
  ended.map(async (run) => {
    const { actions } = await host.agent.listActions(
      create(agentpb.ListActionsRequestSchema, { caller, runId: run.id }),
    );
    return {
      id: run.id,
      status: run.status,
      output: run.output,
      recoveries: run.recoveries,
      error: run.error?.message,
      actions,
    };
  }),
);
process.stdout.write(`${JSON.stringify(report)}\n`);
await host.close();
