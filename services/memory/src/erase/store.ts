/** What is to be erased, beside the memories themselves. `ids` name memories; the rest is erased with all that is in it. */
export type What =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'user' | 'document' | 'run' | 'group'; readonly name: string };

/** A memory that goes. */
export interface Target {
  readonly seq: number;
  readonly id: string;
}

/** What a store is told. */
export interface Erasing {
  readonly tenant: string;
  readonly what: What;
  readonly targets: readonly Target[];
}

/**
 * A store that may hold something of a memory: records, an index, the graph, a cache ... Each is asked in the order in
 * which they are given; what it throws is kept as the reason, and it is asked again later, with the same.
 */
export interface ErasableStore {
  readonly store: string;
  readonly product: string;
  /** Removes all of it; gives how many entries it removed. May be repeated. */
  erase(erasing: Erasing): Promise<number>;
  /** Searches for it, and gives how many entries are found: 0, or the erasure goes on. */
  left(erasing: Erasing): Promise<number>;
}
