import type { agentpb } from '@holdfast/protocol';
import { z } from 'zod';

import { ErrorDetailSchema, QuestionSchema, RUN_STATUSES, UsageSchema } from '../api/run-schema.ts';
import { runOf } from '../api/wire.ts';
import type { ToolAnswer } from './result.ts';

/** A run as tools give it: what a model needs of it. */
export const RunAnswerSchema = z.object({
  run_id: z.string(),
  agent: z.string(),
  status: z.enum(RUN_STATUSES),
  output: z.string().describe('The final answer; empty while there is none.'),
  error: ErrorDetailSchema.nullable(),
  questions: z.array(QuestionSchema).describe('What somebody has to answer before it goes on.'),
  artifacts: z.array(z.string()).describe('Files that it has made, within its workspace.'),
  usage: UsageSchema,
});

/** Tells of a run. */
export function runAnswer(run: agentpb.Run): ToolAnswer {
  const { agent, artifacts, error, id, output, questions, status, usage } = runOf(run);
  const value = { run_id: id, agent, status, output, error, questions, artifacts, usage };
  const lines = [`Run ${id} of ${agent}: ${status}.`];
  for (const { action_id: action, choices, text } of questions) {
    const how = choices.length > 0 ? `one of ${choices.join(', ')}` : 'a text';
    lines.push(`It asks (action_id ${action}, answer_question takes ${how}): ${text}`);
  }
  if (error) lines.push(`${error.code}: ${error.message}`);
  if (artifacts.length > 0) lines.push(`Files: ${artifacts.join(', ')}`);
  if (output !== '') lines.push('', output);
  return { text: lines.join('\n'), value, failed: status === 'failed' };
}
