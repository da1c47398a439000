import type { JsonValue } from '@holdfast/protocol';

import type { Intent, JournalRecord, Numbered, Outcome } from '../journal/record.ts';

/** The outcomes of an old run, for a fork that replays them. Each is used once. */
export interface Recording {
  /** Model answers by action id; empty where the fork was edited and they no longer fit. */
  readonly models: Map<string, Outcome>;
  /** Tool results by tool and arguments, in the order in which they came. */
  readonly tools: Map<string, Outcome[]>;
  /** What memory gave for a model call whose answer is replayed, by action id. */
  readonly memories: Map<string, Pick<Intent, 'conversation' | 'recalled'>>;
}

/**
 * What can be replayed of an old run from record `seq` on.
 *
 * @param edited the fork has another agent, task or model: the model is asked anew, and a tool's recorded result is
 *   used where the same tool is called with the same arguments
 */
export function recordingOf(records: readonly Numbered[], seq: number, edited: boolean): Recording {
  const recording: Recording = { models: new Map(), tools: new Map(), memories: new Map() };
  const intents = new Map<string, Intent>();
  for (const numbered of records) {
    const { record } = numbered;
    if (record.kind === 'intent') {
      intents.set(record.id, record);
      const { conversation, recalled } = record;
      const given = { ...(recalled ? { recalled } : {}), ...(conversation ? { conversation } : {}) };
      if (recalled || conversation) recording.memories.set(record.id, given);
    }
    if (record.kind !== 'outcome' || numbered.seq <= seq || !isReplayable(record)) continue;
    const intent = intents.get(record.id);
    if (intent?.type === 'model' && !edited) recording.models.set(record.id, record);
    if (intent?.type !== 'tool') continue;
    const key = callKey(intent);
    const outcomes = recording.tools.get(key) ?? [];
    outcomes.push(record);
    recording.tools.set(key, outcomes);
  }
  return recording;
}

function isReplayable(record: JournalRecord): boolean {
  return record.kind === 'outcome' && (record.status === 'ok' || record.status === 'error');
}

/** Takes the recorded outcome that fits an intent, or undefined: then the action is carried out. */
export function recordedOutcome(recording: Recording, intent: Intent, now: number): Outcome | undefined {
  const recorded =
    intent.type === 'model' ? recording.models.get(intent.id) : recording.tools.get(callKey(intent))?.shift();
  if (intent.type === 'model') recording.models.delete(intent.id);
  return recorded && { ...recorded, id: intent.id, attempt: intent.attempt, at: now, settled: 'replayed' };
}

function callKey(intent: Intent): string {
  return `${intent.name} ${canonical(intent.arguments ?? {})}`;
}

/** JSON with sorted keys: the same arguments give the same text. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
