import { createHash } from 'node:crypto';

import { create, type JsonObject, toolspb } from '@holdfast/protocol';

import { saveFile } from './files/save.ts';
import { isDeeperThan, previewOf } from './output/preview.ts';
import type { ToolContext, ToolOutcome } from './tool.ts';

/** The largest result that goes into the journal and to the model, bytes of JSON. */
export const MAX_RESULT_BYTES = 1024 * 1024;
/** Left for what is said beside a preview. */
const NOTE_BYTES = 512;
/** Deeper values cannot cross the protocol. */
const DEEPEST = 64;

/** The outcome as it crosses the protocol. */
export function resultOf(outcome: ToolOutcome): toolspb.ToolResult {
  const artifacts = [...(outcome.artifacts ?? [])];
  if (outcome.ok) return create(toolspb.ToolResultSchema, { ok: true, value: outcome.value, artifacts });
  const value = { ...outcome.value, error: outcome.code, message: outcome.message };
  return create(toolspb.ToolResultSchema, { ok: false, code: outcome.code, value, artifacts });
}

/**
 * Keeps a result within bounds: of one that is too large a preview is shown, and the whole is kept in a file of the
 * workspace.
 *
 * @param maxBytes of JSON
 */
export async function bounded(outcome: ToolOutcome, context: ToolContext, maxBytes: number): Promise<ToolOutcome> {
  const whole = outcome.value ?? {};
  const deep = isDeeperThan(whole, DEEPEST);
  const content = wholeJson(whole);
  if (!deep && content && content.length <= maxBytes) return outcome;
  const preview = previewOf(whole, Math.max(512, maxBytes - NOTE_BYTES));
  if (!content) {
    const note = 'The result is nested too deeply to be kept. What is left out is lost; ask the tool for less.';
    return { ...outcome, value: { preview, truncated: true, note } };
  }
  const key = createHash('sha256').update(context.idempotencyKey).digest('hex').slice(0, 16);
  const file = await saveFile(context, `/workspace/.holdfast/results/${key}.json`, content);
  const note = `The result is too large to show. It is kept whole, as JSON, in ${file}.`;
  return { ...outcome, value: { preview, truncated: true, bytes: content.length, file, note } };
}

/** Undefined: nested so deeply that it cannot be written as JSON. */
function wholeJson(value: JsonObject): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
