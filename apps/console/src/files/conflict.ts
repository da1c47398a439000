import { ApiError } from '../api/error.ts';

/** A write that came too late, as the server tells of it: what is kept, and a merge to offer. */
export interface Conflict {
  readonly base: number;
  readonly current: number;
  /** Where what was sent is kept; undefined: nothing was sent. */
  readonly draft: string | undefined;
  readonly merge: 'clean' | 'conflicts' | 'none';
  /** Both changes in one text; undefined where there is none, or it is too long. */
  readonly merged: string | undefined;
}

/** The conflict that an error tells of; undefined for any other error. */
export function conflictOf(error: unknown): Conflict | undefined {
  if (!(error instanceof ApiError) || error.code !== 'CONFLICT') return undefined;
  const { base, current, draft, merge, merged } = error.details;
  if (typeof current !== 'number') return undefined;
  const text = typeof merged === 'string' ? merged : undefined;
  return {
    base: typeof base === 'number' ? base : 0,
    current,
    draft: typeof draft === 'string' ? draft : undefined,
    merge: text !== undefined && (merge === 'clean' || merge === 'conflicts') ? merge : 'none',
    merged: text,
  };
}
