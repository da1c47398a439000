import { createHash } from 'node:crypto';

/** What one store gave up. See ErasedFrom in memory.proto. */
export interface ErasedFrom {
  readonly store: string;
  /** Which product, such as sqlite or neo4j. */
  readonly product: string;
  readonly removed: number;
  /** What a search for it afterwards finds. */
  readonly left: number;
}

/** A store that could not be reached yet, and why. */
export interface Pending {
  readonly source: string;
  readonly reason: string;
}

/** What was erased, when, and for whom; nothing of what it said. See Certificate in memory.proto. */
export interface Certificate {
  readonly id: string;
  readonly tenant: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly subject: string;
  readonly reason: string;
  /** Such as `user:alice`. */
  readonly what: string;
  readonly sha256: string;
  readonly memories: number;
  readonly stores: readonly ErasedFrom[];
  /** Empty: it is complete. */
  readonly pending: readonly Pending[];
}

/** SHA-256 of ids, sorted by code unit, one a line. */
export function hashOf(ids: readonly string[]): string {
  return createHash('sha256')
    .update(ids.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join('\n'))
    .digest('hex');
}
