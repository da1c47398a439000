/**
 * One process of the crash harness on Mastra, in the mode that its documentation gives for crash recovery: a durable
 * agent, LibSQL storage, `recovery.durableAgents: 'auto'`, and recovery when the process starts, as its deployer does.
 *
 * node mastra-child.ts <data dir> <scenario>, with HOLDFAST_FAULT=<point>@<action> (see scripted-run.ts).
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { parseFaults } from '@holdfast/agent';
import { Mastra } from '@mastra/core';
import { Agent } from '@mastra/core/agent';
import { createDurableAgent } from '@mastra/core/agent/durable';
import { createTool } from '@mastra/core/tools';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';

import { Ledger } from '../../../tests/src/crash/effect-tools.ts';
import { scenarioOf } from '../../../tests/src/crash/scenario.ts';
import { reportRun } from './child-report.ts';
import { scriptedLanguageModel } from './mastra-model.ts';
import { RUN, ScriptedRun, TOOLS } from './scripted-run.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
const faults = parseFaults(process.env['HOLDFAST_FAULT'], () => process.kill(process.pid, 'SIGKILL'));
const run = new ScriptedRun(scenarioOf(name), new Ledger(join(dataDir, 'ledger.ndjson')), faults);

const inputSchema = z.object({ step: z.number(), index: z.number(), delay_ms: z.number() });
const agent = new Agent({
  id: 'crash',
  name: 'crash',
  instructions: 'Do the task.',
  model: scriptedLanguageModel(run),
  tools: Object.fromEntries(
    TOOLS.map((id) => [id, createTool({ id, description: id, inputSchema, execute: (args) => run.perform(id, args) })]),
  ),
});
const durable = createDurableAgent({ agent, maxSteps: 20 });
const mastra = new Mastra({
  agents: { crash: durable },
  storage: new LibSQLStore({ id: 'crash', url: `file:${join(dataDir, 'mastra.db')}` }),
  recovery: { durableAgents: 'auto' },
  logger: false,
});

await reportRun(run, dataDir, async () => {
  const { recovered } = await durable.recoverActiveRuns();
  const mine = recovered.find(({ runId }) => runId === RUN);
  if (mine?.status === 'failed') throw mine.error ?? new Error('the recovery failed without an error');
  if (mine) return 'recovered';
  const { output, cleanup } = await durable.stream('Go.', { runId: RUN });
  const text = await output.text;
  if (output.error) throw output.error;
  // The text is there before the run's last record: a server lives on, so this process waits for it too.
  while ((await durable.listActiveRuns()).total > 0) await setTimeout(20);
  cleanup();
  return text;
});
await mastra.shutdown();
