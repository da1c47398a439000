import { agentpb, commonpb, create, type JsonObject, type JsonValue } from '@holdfast/protocol';

import type { EffectName, Intent, Numbered, Outcome } from '../journal/record.ts';
import { idempotencyKey } from './tool-step.ts';

const EFFECTS: Record<EffectName, commonpb.Effect> = {
  read: commonpb.Effect.READ,
  idempotent: commonpb.Effect.IDEMPOTENT,
  write: commonpb.Effect.WRITE,
};

/** The actions of a run as its journal tells them, in the order of their first intent; later attempts replace earlier. */
export function actionsOf(runId: string, records: readonly Numbered[]): agentpb.Action[] {
  const actions = new Map<string, agentpb.Action>();
  for (const { seq, record } of records) {
    if (record.kind === 'intent') actions.set(record.id, begun(runId, seq, record));
    const action = record.kind === 'outcome' ? actions.get(record.id) : undefined;
    if (record.kind === 'outcome' && action) end(action, seq, record);
  }
  return [...actions.values()];
}

function begun(runId: string, seq: number, intent: Intent): agentpb.Action {
  return create(agentpb.ActionSchema, {
    id: intent.id,
    kind: intent.type,
    name: intent.name,
    arguments: intent.arguments ?? {},
    effect: EFFECTS[intent.effect],
    attempt: intent.attempt,
    intentSeq: seq,
    intentAt: intent.at,
    outcome: 'pending',
    idempotencyKey: intent.type === 'tool' ? idempotencyKey(runId, intent.id) : '',
  });
}

function end(action: agentpb.Action, seq: number, outcome: Outcome): void {
  action.outcomeSeq = seq;
  action.outcomeAt = outcome.at;
  action.outcome = outcome.status;
  action.settled = outcome.settled ?? '';
  action.result = resultOf(outcome);
  const { model } = outcome;
  if (!model) return;
  action.name = model.model;
  action.usage = create(agentpb.UsageSchema, {
    inputTokens: model.usage.inputTokens,
    outputTokens: model.usage.outputTokens,
    cachedInputTokens: model.usage.cachedInputTokens,
    costUsd: model.costUsd ?? 0,
    costUnknown: model.costUsd === undefined,
  });
}

function resultOf(outcome: Outcome): JsonObject {
  if (outcome.model) return { parts: outcome.model.parts as unknown as JsonValue, reason: outcome.model.reason };
  if (outcome.answer) {
    const { by, choice, text } = outcome.answer;
    return { by, choice, text };
  }
  const { value } = outcome;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  if (value !== undefined) return { value };
  return outcome.error ? { error: outcome.error.code, message: outcome.error.message } : {};
}
