import { agentpb, commonpb, type JsonObject, toolspb } from '@holdfast/protocol';
import type { z } from 'zod';

import type {
  ActionSchema,
  AgentSchema,
  ErrorDetailSchema,
  QuestionSchema,
  RUN_STATUSES,
  RunSchema,
  ToolSchema,
  UsageSchema,
} from './run-schema.ts';

type StatusWord = (typeof RUN_STATUSES)[number];

const STATUS_OF: Readonly<Record<StatusWord, agentpb.RunStatus>> = {
  queued: agentpb.RunStatus.QUEUED,
  running: agentpb.RunStatus.RUNNING,
  waiting: agentpb.RunStatus.WAITING,
  held: agentpb.RunStatus.HELD,
  succeeded: agentpb.RunStatus.SUCCEEDED,
  failed: agentpb.RunStatus.FAILED,
  canceled: agentpb.RunStatus.CANCELED,
};

/** The number of a status word. */
export function statusOf(word: StatusWord): agentpb.RunStatus {
  return STATUS_OF[word];
}

function wordOf(status: agentpb.RunStatus): StatusWord {
  const word = (Object.keys(STATUS_OF) as StatusWord[]).find((key) => STATUS_OF[key] === status);
  return word ?? 'queued';
}

/** Effects in the words of the API; null where none is told. */
export const EFFECT_WORDS = {
  [commonpb.Effect.UNSPECIFIED]: null,
  [commonpb.Effect.READ]: 'read',
  [commonpb.Effect.IDEMPOTENT]: 'idempotent',
  [commonpb.Effect.WRITE]: 'write',
} as const;

/** Whether nothing more will happen in a run of this status. */
export function hasEnded(status: agentpb.RunStatus): boolean {
  const { CANCELED, FAILED, SUCCEEDED } = agentpb.RunStatus;
  return status === SUCCEEDED || status === FAILED || status === CANCELED;
}

/** Epoch milliseconds as ISO 8601; null for 0, which stands for never. */
export function isoTime(ms: number): string | null {
  return ms === 0 ? null : new Date(ms).toISOString();
}

const orNull = (text: string): string | null => (text === '' ? null : text);
const limit = (value: number | undefined): number | null => (value === undefined || value === 0 ? null : value);

function errorOf(error: commonpb.ErrorDetail | undefined): z.output<typeof ErrorDetailSchema> | null {
  if (!error) return null;
  return { code: error.code, message: error.message, ...(error.details ? { details: error.details } : {}) };
}

/** Tokens and cost as REST shows them. */
export function usageOf(usage: agentpb.Usage | undefined): z.output<typeof UsageSchema> {
  return {
    input_tokens: usage?.inputTokens ?? 0,
    output_tokens: usage?.outputTokens ?? 0,
    cached_input_tokens: usage?.cachedInputTokens ?? 0,
    // A price that is not known is never 0.
    cost_usd: usage?.costUnknown && usage.costUsd === 0 ? null : (usage?.costUsd ?? 0),
    cost_unknown: usage?.costUnknown ?? false,
  };
}

function questionOf(question: agentpb.Question): z.output<typeof QuestionSchema> {
  return {
    action_id: question.actionId,
    kind: question.kind,
    text: question.text,
    tool: orNull(question.tool),
    arguments: question.arguments ?? null,
    choices: question.choices,
  };
}

/** A run as REST shows it. */
export function runOf(run: agentpb.Run): z.output<typeof RunSchema> {
  return {
    id: run.id,
    agent: run.agent,
    playbook: run.playbook,
    task: run.task,
    status: wordOf(run.status),
    created_at: isoTime(run.createdAt),
    started_at: isoTime(run.startedAt),
    ended_at: isoTime(run.endedAt),
    seq: run.seq,
    steps: run.steps,
    usage: usageOf(run.usage),
    limits: {
      wall_ms: limit(run.limits?.wallMs),
      steps: limit(run.limits?.steps),
      tokens: limit(run.limits?.tokens),
      cost_usd: limit(run.limits?.costUsd),
    },
    recoveries: run.recoveries,
    output: run.output,
    error: errorOf(run.error),
    questions: run.questions.map(questionOf),
    artifacts: run.artifacts,
    inputs: run.inputs.map(({ name, path }) => ({ name, path })),
    parameters: run.parameters ?? {},
    forked_from: orNull(run.forkedFrom),
    forked_at: run.forkedFrom === '' ? null : run.forkedAt,
    replay: run.replay,
    tags: run.tags,
    isolation: run.isolation,
    created_by: run.createdBy,
    workspace: run.workspace,
  };
}

/** An action as REST shows it. */
export function actionOf(action: agentpb.Action): z.output<typeof ActionSchema> {
  return {
    id: action.id,
    kind: action.kind,
    name: action.name,
    arguments: action.arguments ?? null,
    effect: EFFECT_WORDS[action.effect],
    attempt: action.attempt,
    intent_seq: action.intentSeq,
    outcome_seq: action.outcomeSeq === 0 ? null : action.outcomeSeq,
    intent_at: isoTime(action.intentAt),
    outcome_at: isoTime(action.outcomeAt),
    outcome: action.outcome,
    result: action.result ?? null,
    settled: orNull(action.settled),
    usage: action.usage ? usageOf(action.usage) : null,
    idempotency_key: orNull(action.idempotencyKey),
  };
}

/** An agent or playbook as REST shows it. */
export function agentOf(agent: agentpb.Agent): z.output<typeof AgentSchema> {
  return {
    name: agent.name,
    description: agent.description,
    description_zh: agent.descriptionZh,
    playbook: agent.playbook,
    models: agent.models,
    tools: agent.tools,
    unavailable: orNull(agent.unavailable),
    parameters: agent.parameters ?? {},
  };
}

/** A tool as REST shows it. */
export function toolOf(tool: toolspb.Tool): z.output<typeof ToolSchema> {
  return {
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters ?? {},
    effect: EFFECT_WORDS[tool.effect],
    approval: tool.approval === toolspb.Approval.ALWAYS ? 'always' : 'none',
    reconcilable: tool.reconcilable,
    timeout_ms: tool.timeoutMs,
    asks_human: tool.asksHuman,
    deferred: tool.deferred,
    source: tool.source === '' ? 'builtin' : tool.source,
  };
}

/** What one frame of an event stream carries: the event's own data, and when it happened. */
export function eventData(event: agentpb.Event): JsonObject {
  return { at: new Date(event.at).toISOString(), ...event.data };
}
