import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolOutcome } from './tool.ts';

/** A question to a human. The agent service answers it; a call that arrives here is a defect. */
export const askHumanTool = defineTool({
  name: 'ask_human',
  description:
    'Asks a human a question and waits for the answer, however long it takes. Use it only for what you cannot find out and must not decide yourself.',
  parameters: z.strictObject({
    question: z.string().min(1).max(10_000).describe('One clear question, with what the human needs to answer it.'),
    choices: z.array(z.string().min(1).max(500)).min(2).max(20).optional().describe('The possible answers, if few.'),
  }),
  effect: 'read',
  approval: 'none',
  timeoutMs: 1000,
  asksHuman: true,
  async run(): Promise<ToolOutcome> {
    throw new HoldfastError('INTERNAL', 'ask_human is answered by the agent service; it has no process of its own.');
  },
});
