/**
 * One process of the crash harness on LangGraph.js, in the mode that its documentation gives for durable execution: the
 * prebuilt agent on SqliteSaver with `durability: 'sync'`; a thread that was interrupted is resumed by streaming `null`
 * into it. Version v2 makes each tool call a task of its own, v1 (the function's default) runs all calls of an answer in
 * one task.
 *
 * node langgraph-child.ts <data dir> <scenario> [v1|v2], with HOLDFAST_FAULT=<point>@<action> (see scripted-run.ts).
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { parseFaults } from '@holdfast/agent';
import type { BaseMessage } from '@langchain/core/messages';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';

import { Ledger } from '../../../tests/src/crash/effect-tools.ts';
import { scenarioOf } from '../../../tests/src/crash/scenario.ts';
import { reportRun } from './child-report.ts';
import { ScriptedChatModel } from './langgraph-model.ts';
import { sqliteDatabase } from './langgraph-sqlite.ts';
import { RUN, ScriptedRun, TOOLS } from './scripted-run.ts';

const [dataDir = '', name = '', version = 'v2'] = process.argv.slice(2);
const faults = parseFaults(process.env['HOLDFAST_FAULT'], () => process.kill(process.pid, 'SIGKILL'));
const run = new ScriptedRun(scenarioOf(name), new Ledger(join(dataDir, 'ledger.ndjson')), faults);

const schema = z.object({ step: z.number(), index: z.number(), delay_ms: z.number() });
const agent = createReactAgent({
  llm: new ScriptedChatModel(run),
  tools: TOOLS.map((id) =>
    tool((args: z.infer<typeof schema>) => run.perform(id, args), { name: id, description: id, schema }),
  ),
  checkpointer: new SqliteSaver(sqliteDatabase(new DatabaseSync(join(dataDir, 'langgraph.db')))),
  version: version === 'v1' ? 'v1' : 'v2',
});
const config = { configurable: { thread_id: RUN } };

await reportRun(run, dataDir, async () => {
  const before = await agent.getState(config);
  const known = messagesOf(before.values).length > 0 || before.next.length > 0;
  if (!known || before.next.length > 0) {
    const input = known ? null : { messages: [{ role: 'user', content: 'Go.' }] };
    const stream = await agent.stream(input, { ...config, streamMode: 'messages', durability: 'sync' });
    for await (const chunk of stream) void chunk;
  }
  const after = await agent.getState(config);
  if (after.next.length > 0) throw new Error(`the thread stopped before ${after.next.join(', ')}`);
  return messagesOf(after.values).at(-1)?.text ?? '';
});

function messagesOf(values: { messages?: BaseMessage[] }): BaseMessage[] {
  return values.messages ?? [];
}
