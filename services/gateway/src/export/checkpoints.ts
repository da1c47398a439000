import type { Checkpoint, ExportedAction, ExportedEvent } from './run-export.ts';

const KINDS: Readonly<Record<string, string>> = { 'action.intent': 'intent', 'action.outcome': 'outcome' };

/**
 * The journal records that a fork can name, oldest first. Events tell of those of every attempt; actions, of those of
 * the last attempt also where the log of events is not whole.
 */
export function checkpointsOf(actions: readonly ExportedAction[], events: readonly ExportedEvent[]): Checkpoint[] {
  const bySeq = new Map<number, Checkpoint>();
  const add = (checkpoint: Checkpoint) => {
    if (!bySeq.has(checkpoint.seq)) bySeq.set(checkpoint.seq, checkpoint);
  };
  for (const { at, data, type } of events) {
    const { action_id: action, seq } = data;
    if (typeof seq !== 'number') continue;
    const kind = KINDS[type] ?? type;
    // Questions are told of beside the record of their action.
    if (!type.startsWith('run.') && KINDS[type] === undefined) continue;
    add({ seq, at, kind, ...(typeof action === 'string' ? { action_id: action } : {}) });
  }
  for (const { id, intent_at, intent_seq, outcome_at, outcome_seq } of actions) {
    add({ seq: intent_seq, at: intent_at, kind: 'intent', action_id: id });
    if (outcome_seq !== null) add({ seq: outcome_seq, at: outcome_at, kind: 'outcome', action_id: id });
  }
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}
