import { McpServer } from '@modelcontextprotocol/server';

import type { ApiContext } from '../api/context.ts';
import { registerAgentTools } from './agents.ts';
import type { McpCaller } from './caller.ts';
import { registerCommandTools } from './commands.ts';
import type { McpInstance } from './instance.ts';
import { registerMemoryTools } from './memory.ts';
import { registerPlaybooks } from './playbooks.ts';
import { registerReports } from './reports.ts';

const INSTRUCTIONS =
  'Holdfast runs agents whose work survives crashes. list_agents says which there are; run_agent runs one and waits for its ' +
  'report; start_run and get_run do the same in two steps, for long work. run_code and run_command run something small in a ' +
  'fresh sandbox. memory_recall searches what you and your agents have kept for later. When a run asks a question, put it to the user before answer_question.';

/** So many questions may be put to a user within one call. */
const QUESTIONS = 50;

/** A server with all that this caller may use: for one session, or for one request. */
export async function holdfastServer(
  context: ApiContext,
  caller: McpCaller,
  how: Pick<McpInstance, 'era' | 'isClosing' | 'state'>,
): Promise<McpServer> {
  const server = new McpServer(
    { name: 'holdfast', title: 'Holdfast', version: context.deps.version },
    {
      instructions: INSTRUCTIONS,
      // Nobody is told when a list changes: it is read anew by whoever wants it.
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: false },
      },
      inputRequired: { maxRounds: QUESTIONS },
      requestState: { verify: (sealed, ctx) => how.state.verify(sealed, ctx) },
    },
  );
  const instance: McpInstance = { server, context, caller, ...how };
  if (caller.has('runs:read')) {
    registerAgentTools(instance);
    registerCommandTools(instance);
    registerReports(instance);
    registerMemoryTools(instance);
    await registerPlaybooks(instance);
  }
  context.deps.extendMcp?.(server, how.state);
  return server;
}
