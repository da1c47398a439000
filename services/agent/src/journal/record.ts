import type { AssistantPart, Message, TokenUsage } from '@holdfast/models';
import { HoldfastError, type JsonObject, type JsonValue } from '@holdfast/protocol';

import type { Conversation, Recalled } from '../memory/recalled.ts';

/**
 * The version that this build writes. Older ones are lifted by {@link parseRecord}; a newer one is refused, since
 * guessing at it could repeat an effect.
 */
export const RECORD_VERSION = 1;

/** What happens to an interrupted tool call on resume; see `Effect` in common.proto. */
export type EffectName = 'read' | 'idempotent' | 'write';

/** Something of the user's that the run may read, mounted at /input/<name>. */
export interface InputRef {
  readonly name: string;
  readonly path: string;
}

/** Limits of one run; undefined means that the platform's default applies. */
export interface Limits {
  /** Time that the run is worked on (not queued, waiting or held), milliseconds. */
  readonly wallMs?: number | undefined;
  /** Model calls. */
  readonly steps?: number | undefined;
  /** Input plus output tokens. */
  readonly tokens?: number | undefined;
  readonly costUsd?: number | undefined;
}

/** How a run began. */
export interface Created {
  readonly kind: 'created';
  readonly at: number;
  readonly tenant: string;
  readonly createdBy: string;
  /** The person behind `createdBy`, to whom memories of the run belong. Left out: `createdBy`. */
  readonly user?: string | undefined;
  readonly agent: string;
  readonly playbook: boolean;
  readonly task: string;
  readonly instructions: string;
  readonly models: readonly string[];
  readonly parameters: JsonObject;
  readonly inputs: readonly InputRef[];
  readonly limits: Limits;
  readonly tags: readonly string[];
  readonly onUnknown: 'ask' | 'tell';
  readonly traceparent: string;
  /** Set on a fork: what it continues, and the folded state that it starts from. */
  readonly fork?: ForkOrigin;
}

export interface ForkOrigin {
  readonly runId: string;
  /** The last record of the old run that is kept. */
  readonly seq: number;
  readonly replay: boolean;
  /** True where the agent, task or model was changed: recorded model answers then no longer fit. */
  readonly edited: boolean;
  readonly messages: readonly Message[];
  /** Calls of the step at hand: results that were there are kept, the rest is called anew. */
  readonly calls: readonly ForkedCall[];
  readonly step: number;
  /** A new task that comes after the results of those calls; empty for none. */
  readonly queuedTask: string;
  /** What memory had given by then. */
  readonly recalled?: Recalled;
  readonly conversation?: Conversation;
}

/** A tool call of the step in which a run was forked. */
export interface ForkedCall {
  readonly callId: string;
  readonly name: string;
  readonly arguments: JsonObject;
  readonly invalid?: string;
  readonly result?: { readonly ok: boolean; readonly value: JsonValue };
}

/** A question to a human. */
export interface QuestionSpec {
  readonly about: 'approval' | 'ask_human' | 'unknown_outcome';
  readonly text: string;
  readonly choices: readonly string[];
  /** The call that it is about. */
  readonly callId: string;
}

/** What an action is going to do, durable before it starts. */
export interface Intent {
  readonly kind: 'intent';
  readonly at: number;
  /** Unique within the run and the same on every attempt: m<step>, t<step>.<call>, q<step>.<call>, u<step>.<call>. */
  readonly id: string;
  readonly attempt: number;
  readonly type: 'model' | 'tool' | 'question';
  /** Model id, tool name, or what the question is about. */
  readonly name: string;
  readonly effect: EffectName;
  /** Index of the tool call within its step. */
  readonly call?: number;
  readonly arguments?: JsonObject;
  readonly question?: QuestionSpec;
  /** Of a model call: what memory was asked for it. Left out: what it had given before stands. */
  readonly recalled?: Recalled;
  readonly conversation?: Conversation;
}

export type OutcomeStatus = 'ok' | 'error' | 'denied' | 'unknown' | 'canceled';

/** How an outcome came about, where the action was not simply carried out. */
export type Settlement = 'rerun' | 'reconciled' | 'unknown' | 'replayed' | 'answered';

/** What an action did, durable before anything depends on it. */
export interface Outcome {
  readonly kind: 'outcome';
  readonly at: number;
  readonly id: string;
  readonly attempt: number;
  readonly status: OutcomeStatus;
  readonly settled?: Settlement;
  readonly model?: ModelAnswer;
  /** Of a tool: its result, or what went wrong in words for the model. */
  readonly value?: JsonValue;
  readonly artifacts?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly answer?: Answer;
}

export interface ModelAnswer {
  readonly model: string;
  readonly parts: readonly AssistantPart[];
  readonly reason: string;
  readonly usage: TokenUsage;
  /** Missing where no price is known. */
  readonly costUsd?: number;
}

/** What a human answered. */
export interface Answer {
  readonly by: string;
  readonly choice: string;
  readonly text: string;
  readonly arguments?: JsonObject;
}

/** A change of who works on the run, or whether anybody should. */
export interface Control {
  readonly kind: 'control';
  readonly at: number;
  readonly verb: 'started' | 'recovered' | 'stopping' | 'held' | 'resumed';
  readonly by: string;
  readonly reason?: string;
}

export interface Ended {
  readonly kind: 'ended';
  readonly at: number;
  readonly status: 'succeeded' | 'failed' | 'canceled';
  readonly output: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** One record of a run's journal. A run is nothing but these. */
export type JournalRecord = Created | Intent | Outcome | Control | Ended;

/** A record with its place in the journal; the first is number 1. */
export interface Numbered {
  readonly seq: number;
  readonly record: JournalRecord;
}

const KINDS: ReadonlySet<string> = new Set(['created', 'intent', 'outcome', 'control', 'ended']);

/** The stored form of the records of one entry: a JSON array, each record with its version. */
export function formatRecords(records: readonly JournalRecord[]): string {
  return JSON.stringify(records.map((record) => ({ v: RECORD_VERSION, ...record })));
}

/**
 * Reads stored records of this version or of any before it.
 *
 * @throws HoldfastError SCHEMA_TOO_NEW for a record of a newer version, STORAGE_CORRUPT for one that cannot be read.
 */
export function parseRecords(text: string): JournalRecord[] {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError('STORAGE_CORRUPT', 'A journal entry is not readable. The run was left as it is.', {
      cause,
    });
  }
  if (!Array.isArray(stored)) {
    throw new HoldfastError('STORAGE_CORRUPT', 'A journal entry is not a list. The run was left as it is.');
  }
  return stored.map((record) => parseRecord(record));
}

function parseRecord(stored: unknown): JournalRecord {
  if (typeof stored !== 'object' || stored === null || !('v' in stored) || !('kind' in stored)) {
    throw new HoldfastError('STORAGE_CORRUPT', 'A journal record has no version. The run was left as it is.');
  }
  const { v, ...record } = stored;
  if (typeof v !== 'number' || v > RECORD_VERSION) {
    throw new HoldfastError(
      'SCHEMA_TOO_NEW',
      `A journal record has version ${String(v)}; this build reads up to ${RECORD_VERSION}. Start the newer version of Holdfast again.`,
    );
  }
  if (typeof record.kind !== 'string' || !KINDS.has(record.kind)) {
    throw new HoldfastError('STORAGE_CORRUPT', `A journal record is of the unknown kind ${String(record.kind)}.`);
  }
  return record as JournalRecord;
}
