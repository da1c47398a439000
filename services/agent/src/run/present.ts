import type { JsonObject, JsonValue } from '@holdfast/protocol';

import type { Intent, Outcome } from '../journal/record.ts';
import { idempotencyKey } from './tool-step.ts';
import type { OpenAction } from './state.ts';

/** The largest value that an event carries whole; the record has all of it. Characters of JSON. */
const EVENT_VALUE_CHARS = 16 * 1024;

/** The data of `action.intent`. */
export function intentEvent(runId: string, intent: Intent): JsonObject {
  return {
    action_id: intent.id,
    kind: intent.type,
    name: intent.name,
    effect: intent.effect,
    attempt: intent.attempt,
    ...(intent.type === 'tool' ? { idempotency_key: idempotencyKey(runId, intent.id) } : {}),
    ...(intent.arguments ? { arguments: bounded(intent.arguments) } : {}),
  };
}

/** The data of `action.outcome`. */
export function outcomeEvent(action: OpenAction, outcome: Outcome): JsonObject {
  const { model } = outcome;
  return {
    action_id: outcome.id,
    kind: action.type,
    name: action.name,
    outcome: outcome.status,
    attempt: outcome.attempt,
    duration_ms: Math.max(0, outcome.at - action.intentAt),
    ...(outcome.settled ? { settled: outcome.settled } : {}),
    ...(model
      ? {
          model: model.model,
          input_tokens: model.usage.inputTokens,
          output_tokens: model.usage.outputTokens,
          ...(model.costUsd === undefined ? {} : { cost_usd: model.costUsd }),
        }
      : {}),
    ...(outcome.value === undefined ? {} : { result: bounded(outcome.value) }),
    ...(outcome.error ? { error: { code: outcome.error.code, message: outcome.error.message } } : {}),
    ...(outcome.artifacts && outcome.artifacts.length > 0 ? { artifacts: [...outcome.artifacts] } : {}),
  };
}

/** The value itself, or the beginning of its JSON where it is too large for an event. */
export function bounded(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  if (text.length <= EVENT_VALUE_CHARS) return value;
  return { truncated: true, characters: text.length, beginning: text.slice(0, EVENT_VALUE_CHARS) };
}
