import type { Message } from '@holdfast/models';
import type { JsonObject, JsonValue } from '@holdfast/protocol';

import type { Created, EffectName, Ended, QuestionSpec } from '../journal/record.ts';
import type { Conversation, Recalled } from '../memory/recalled.ts';

/** The version of a stored snapshot; one of another version is not used, the journal is folded from its start. */
export const STATE_VERSION = 1;

/** An action whose intent is durable and whose outcome is not. */
export interface OpenAction {
  readonly id: string;
  readonly type: 'model' | 'tool' | 'question';
  readonly name: string;
  readonly effect: EffectName;
  readonly attempt: number;
  readonly intentAt: number;
  readonly call: number;
  readonly arguments: JsonObject;
  readonly question?: QuestionSpec;
}

/** One tool call of the current step. */
export interface Call {
  readonly callId: string;
  readonly name: string;
  /** As the model sent them; an approval may replace them. */
  arguments: JsonObject;
  /** The raw text where the model's arguments were not a JSON object. */
  readonly invalid?: string;
  /**
   * new: nothing was written yet; approved: a human let it pass; open: has an open action; unknown: a crash left its
   * outcome unknown and a human is to be asked; done: has a result.
   */
  phase: 'new' | 'approved' | 'open' | 'unknown' | 'done';
  /** How often an intent was written for it: the attempt of the next one is one more. */
  attempts: number;
  result?: { readonly ok: boolean; readonly value: JsonValue };
}

/** What the models of the run used. Cost is a lower bound while `costUnknown` is set. */
export interface UsageTotal {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  costUsd: number;
  costUnknown: boolean;
}

/**
 * A run as its journal tells it: `fold` of all records. Plain JSON, so that it can be stored as a snapshot. It is
 * changed in place by `fold` only; `messages` only ever grows.
 */
export interface RunState {
  readonly v: typeof STATE_VERSION;
  readonly created: Created;
  readonly messages: Message[];
  /** Calls of the current step, in the order in which the model made them. */
  calls: Call[];
  readonly open: Record<string, OpenAction>;
  /** Model calls begun. */
  step: number;
  readonly usage: UsageTotal;
  readonly artifacts: string[];
  /** Text of a human that comes after the results of the current step. */
  queuedTask: string;
  /** What memory gave last. */
  recalled?: Recalled;
  /** What was said before the run in its conversation. */
  conversation?: Conversation;
  phase: 'active' | 'stopping' | 'held' | 'ended';
  startedAt: number;
  /** Time worked on so far, milliseconds, up to `lastAt`. */
  activeMs: number;
  lastAt: number;
  /** Why the last model call could not be answered: the run is about to fail. */
  failure?: { readonly code: string; readonly message: string };
  ended?: Ended;
}
