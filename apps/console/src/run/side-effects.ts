import type { Action } from '../api/client.ts';

/**
 * The calls after a checkpoint that changed something, or may have: a fork from there would make them again, unless it
 * replays them from the record.
 */
export function sideEffectsAfter(actions: readonly Action[], seq: number): readonly Action[] {
  return actions.filter(
    ({ effect, kind, outcome, outcome_seq: ended }) =>
      kind === 'tool' &&
      (effect === 'write' || effect === 'idempotent') &&
      outcome !== 'denied' &&
      (ended === null || ended > seq),
  );
}
