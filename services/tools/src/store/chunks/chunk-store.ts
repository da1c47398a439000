/** Some bytes under a name. */
export interface Chunk {
  /** `<SHA-256 of the bytes, hex>.<16 hex digits, new for each storing>`; see {@link isChunkKey}. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

/**
 * Where the bytes of chunks lie: a folder, or the database that several machines share. A key is used once and never
 * for other bytes; which keys are in use is known by the tables of the store, not here. One conformance suite
 * (conformance.ts) says what each must do.
 */
export interface ChunkStore {
  /** Resolves when all are durable. After a failure some may be there: they are found by {@link list}. */
  put(chunks: readonly Chunk[]): Promise<void>;
  /** In the order of the keys. @throws HoldfastError STORAGE_CORRUPT where one is not there or is not what it was. */
  get(keys: readonly string[]): Promise<Uint8Array[]>;
  /** What is not there is passed over. */
  remove(keys: readonly string[]): Promise<void>;
  /** The keys that were put before that moment (epoch milliseconds), some at a time, in any order. */
  list(before: number): AsyncIterable<readonly string[]>;
}

/** Whether a name can be that of a chunk. */
export function isChunkKey(name: string): boolean {
  return /^[0-9a-f]{64}\.[0-9a-f]{16}$/.test(name);
}
