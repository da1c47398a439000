import type { Entry } from './log.ts';
import { apply, emptyState, type Known } from './state.ts';

/** What one call changed. */
export interface Changes {
  readonly n: number;
  readonly actionId: string;
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly files: readonly {
    readonly path: string;
    readonly before: Known | null;
    readonly after: Known | null;
  }[];
}

/**
 * The changes of a run's calls, in their order, at most `limit` files in all; `truncated` tells of more. What was
 * there before the first call is no change.
 */
export function listChanges(entries: readonly Entry[], limit: number): { changes: Changes[]; truncated: boolean } {
  const state = emptyState();
  const changes: Changes[] = [];
  let left = limit;
  for (const entry of entries) {
    const { n, action_id: actionId, attempt, at } = entry;
    const files = entry.files.map(({ path, after }) => ({ path, before: state.files.get(path) ?? null, after }));
    apply(state, entry);
    if (actionId === '' || files.length === 0) continue;
    if (files.length > left) return { changes, truncated: true };
    left -= files.length;
    changes.push({ n, actionId, attempt, at, files });
  }
  return { changes, truncated: false };
}
