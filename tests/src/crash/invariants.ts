import type { agentpb } from '@holdfast/protocol';
import { commonpb } from '@holdfast/protocol';

import type { LedgerLine } from './effect-tools.ts';

/** What was durable when a process was killed: outcomes by idempotency key, and effects by key. */
export interface Observed {
  readonly finished: ReadonlySet<string>;
  readonly effects: ReadonlyMap<string, number>;
}

/** Counts effects by idempotency key. */
export function countEffects(lines: readonly LedgerLine[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of lines) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/**
 * What the platform promises, checked against the world: a list of what was broken, empty if nothing.
 *
 * @param actions the run's actions after it has ended
 * @param kills what was seen at each kill, in order
 */
export function violations(
  actions: readonly agentpb.Action[],
  lines: readonly LedgerLine[],
  kills: readonly Observed[],
): string[] {
  const effects = countEffects(lines);
  const broken: string[] = [];
  for (const action of actions) {
    if (action.outcome === 'pending') broken.push(`${action.id}: ended without an outcome`);
    if (action.kind !== 'tool') continue;
    const times = effects.get(action.idempotencyKey) ?? 0;
    if (action.effect === commonpb.Effect.WRITE && times > 1)
      broken.push(`${action.id}: a write was repeated (${times} times)`);
    if (action.outcome === 'ok' && times === 0) broken.push(`${action.id}: reported as done, and was never done`);
    for (const kill of kills) {
      const before = kill.effects.get(action.idempotencyKey) ?? 0;
      if (kill.finished.has(action.idempotencyKey) && times > before) {
        broken.push(`${action.id}: had its outcome before the kill, and was repeated after it`);
      }
    }
  }
  const keys = new Set(actions.map((action) => action.idempotencyKey));
  for (const key of effects.keys()) if (!keys.has(key)) broken.push(`${key}: an effect under a key that no action has`);
  return broken;
}
