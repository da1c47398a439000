import type { AssistantPart, Message } from '@holdfast/models';

import type { Created, JournalRecord, Limits, QuestionSpec } from '../journal/record.ts';
import { foldOutcome } from './fold-outcome.ts';
import { type Call, type OpenAction, type RunState, STATE_VERSION } from './state.ts';

/** What is to be done next. The driver does it; nothing here has an effect. */
export type Move =
  | { readonly type: 'model'; readonly id: string; readonly step: number }
  | { readonly type: 'call'; readonly id: string; readonly index: number; readonly call: Call }
  | { readonly type: 'question'; readonly id: string; readonly index: number; readonly question: QuestionSpec }
  | { readonly type: 'hold' }
  | {
      readonly type: 'end';
      readonly status: 'succeeded' | 'failed';
      readonly output: string;
      readonly error?: { readonly code: string; readonly message: string };
    };

/** Folds records into a state, from the first one on or from a state that earlier ones gave. Pure but for `state`. */
export function fold(records: Iterable<JournalRecord>, state?: RunState): RunState | undefined {
  let folded = state;
  for (const record of records) {
    if (record.kind === 'created') folded = begin(record);
    else if (folded) apply(folded, record);
  }
  return folded;
}

/** The state of a run that has only been created. */
export function begin(created: Created): RunState {
  const { fork } = created;
  const opening: Message[] = [];
  if (created.instructions !== '') opening.push({ role: 'system', text: created.instructions });
  opening.push({ role: 'user', text: created.task });
  return {
    v: STATE_VERSION,
    created,
    messages: fork ? [...fork.messages] : opening,
    calls: (fork?.calls ?? []).map((call) => ({
      ...call,
      arguments: call.arguments,
      phase: call.result ? 'done' : 'new',
      attempts: 0,
    })),
    open: {},
    step: fork?.step ?? 0,
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0, costUnknown: false },
    artifacts: [],
    queuedTask: fork?.queuedTask ?? '',
    ...(fork?.recalled ? { recalled: fork.recalled } : {}),
    ...(fork?.conversation ? { conversation: fork.conversation } : {}),
    phase: 'active',
    startedAt: 0,
    activeMs: 0,
    lastAt: created.at,
  };
}

/** Folds one more record into `state`, in place. */
export function apply(state: RunState, record: JournalRecord): void {
  countTime(state, record);
  switch (record.kind) {
    case 'created':
      return;
    case 'intent': {
      state.open[record.id] = {
        id: record.id,
        type: record.type,
        name: record.name,
        effect: record.effect,
        attempt: record.attempt,
        intentAt: record.at,
        call: record.call ?? -1,
        arguments: record.arguments ?? {},
        ...(record.question ? { question: record.question } : {}),
      };
      if (record.type === 'model') state.step = stepOf(record.id);
      if (record.recalled) state.recalled = record.recalled;
      if (record.conversation) state.conversation = record.conversation;
      const call = state.calls[record.call ?? -1];
      if (call) {
        call.phase = 'open';
        if (record.type === 'tool') call.attempts = record.attempt;
      }
      return;
    }
    case 'outcome':
      foldOutcome(state, record);
      return;
    case 'control':
      if (record.verb === 'stopping') state.phase = 'stopping';
      else if (record.verb === 'held') state.phase = 'held';
      else if (record.verb === 'resumed') state.phase = 'active';
      else if (state.startedAt === 0) state.startedAt = record.at;
      return;
    case 'ended':
      state.phase = 'ended';
      state.ended = record;
  }
}

/** Only time between two records of the same worker counts; a claim, a wait or a hold starts the clock anew. */
function countTime(state: RunState, record: JournalRecord): void {
  const restarts = record.kind === 'control' && record.verb !== 'stopping' && record.verb !== 'held';
  if (!restarts && state.phase !== 'held' && !isWaiting(state)) state.activeMs += Math.max(0, record.at - state.lastAt);
  state.lastAt = record.at;
}

/** Whether only questions to a human are open. */
export function isWaiting(state: RunState): boolean {
  const open = Object.values(state.open);
  return (
    open.length > 0 && open.every((action) => action.type === 'question') && state.calls.every((call) => isIdle(call))
  );
}

function isIdle(call: Call): boolean {
  return call.phase === 'open' || call.phase === 'done';
}

/**
 * What is to be done next, given only the state. An empty list means: wait for an open action, for a human, or for
 * nothing any more.
 *
 * @param defaults limits that apply where the run has none of its own
 */
export function next(state: RunState, defaults: Limits): Move[] {
  if (state.phase === 'ended' || state.phase === 'held') return [];
  const working = Object.values(state.open).some((action) => action.type !== 'question');
  if (state.phase === 'stopping') return working ? [] : [{ type: 'hold' }];
  if (state.calls.length > 0) return state.calls.flatMap((call, index) => movesOfCall(state, call, index));
  if (working) return [];
  const last = state.messages.at(-1);
  if (state.failure) {
    const output = last?.role === 'assistant' ? textOf(last.parts) : '';
    return [{ type: 'end', status: 'failed', output, error: state.failure }];
  }
  if (last?.role === 'assistant') return [{ type: 'end', status: 'succeeded', output: textOf(last.parts) }];
  const exceeded = exceededLimit(state, defaults);
  if (exceeded) return [{ type: 'end', status: 'failed', output: '', error: exceeded }];
  return [{ type: 'model', id: `m${state.step + 1}`, step: state.step + 1 }];
}

function movesOfCall(state: RunState, call: Call, index: number): Move[] {
  if (call.phase === 'new' || call.phase === 'approved') {
    return [{ type: 'call', id: `t${state.step}.${index}`, index, call }];
  }
  if (call.phase !== 'unknown') return [];
  return [
    {
      type: 'question',
      id: `u${state.step}.${index}`,
      index,
      question: {
        about: 'unknown_outcome',
        text: `A crash interrupted ${call.name} after it had started. Whether it took effect is not known. What happened?`,
        choices: ['happened', 'retry', 'failed'],
        callId: call.callId,
      },
    },
  ];
}

/** What becomes of an open action when its worker is lost. */
export function settle(action: OpenAction): 'rerun' | 'reconcile' | 'keep' {
  if (action.type === 'question') return 'keep';
  return action.effect === 'write' ? 'reconcile' : 'rerun';
}

/** The limit that is reached, or undefined. Time is checked by the driver too, while an action is under way. */
export function exceededLimit(state: RunState, defaults: Limits): { code: string; message: string } | undefined {
  const { limits } = state.created;
  const wallMs = limits.wallMs ?? defaults.wallMs;
  const steps = limits.steps ?? defaults.steps;
  const tokens = limits.tokens ?? defaults.tokens;
  const costUsd = limits.costUsd ?? defaults.costUsd;
  const used = state.usage.inputTokens + state.usage.outputTokens;
  if (wallMs !== undefined && state.activeMs >= wallMs) return limitError(`its time limit of ${wallMs} ms`);
  if (steps !== undefined && state.step >= steps) return limitError(`its limit of ${steps} steps`);
  if (tokens !== undefined && used >= tokens) return limitError(`its limit of ${tokens} tokens (${used} used)`);
  if (costUsd === undefined) return undefined;
  if (state.usage.costUnknown) {
    return {
      code: 'LIMIT_EXCEEDED',
      message: `The run has a limit of $${costUsd}, but the price of its model is not known, so the limit cannot be kept. Set the price under models.prices, or leave the limit out. All results so far are kept; fork the run to go on.`,
    };
  }
  return state.usage.costUsd >= costUsd
    ? limitError(`its limit of $${costUsd} ($${state.usage.costUsd.toFixed(4)} spent)`)
    : undefined;
}

/** The error of a run that has reached a limit. */
export function limitError(which: string): { code: string; message: string } {
  return {
    code: 'LIMIT_EXCEEDED',
    message: `The run reached ${which}. All results so far are kept; fork it from its last checkpoint with a higher limit to go on.`,
  };
}

/** The text of an answer, without its reasoning and its tool calls. */
export function textOf(parts: readonly AssistantPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}

function stepOf(id: string): number {
  return Number(id.slice(1).split('.')[0]);
}
