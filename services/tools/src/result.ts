import { createHash } from 'node:crypto';

import { create, type JsonObject, toolspb } from '@holdfast/protocol';

import { saveFile } from './files/save.ts';
import type { ToolContext, ToolOutcome } from './tool.ts';

/** The largest result that goes into the journal and to the model, bytes of JSON. */
export const MAX_RESULT_BYTES = 1024 * 1024;
const HEAD_CHARS = 32 * 1024;

/** The outcome as it crosses the protocol. */
export function resultOf(outcome: ToolOutcome): toolspb.ToolResult {
  const artifacts = [...(outcome.artifacts ?? [])];
  if (outcome.ok) return create(toolspb.ToolResultSchema, { ok: true, value: outcome.value, artifacts });
  const value = { ...outcome.value, error: outcome.code, message: outcome.message };
  return create(toolspb.ToolResultSchema, { ok: false, code: outcome.code, value, artifacts });
}

/** Keeps a result within bounds: one that is too large is kept whole in a file of the workspace. */
export async function bounded(outcome: ToolOutcome, context: ToolContext): Promise<ToolOutcome> {
  const json = JSON.stringify(outcome.value ?? {});
  const content = Buffer.from(json);
  if (content.length <= MAX_RESULT_BYTES) return outcome;
  const key = createHash('sha256').update(context.idempotencyKey).digest('hex').slice(0, 16);
  const file = await saveFile(context, `/workspace/.holdfast/results/${key}.json`, content);
  const value: JsonObject = {
    text: json.slice(0, HEAD_CHARS),
    truncated: true,
    bytes: content.length,
    file,
    note: `The result is too large to show. It is kept whole, as JSON, in ${file}.`,
  };
  return { ...outcome, value };
}
