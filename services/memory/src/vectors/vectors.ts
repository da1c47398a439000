import type { Scored } from '../lexical/lexical.ts';
import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';

/** What an index is made from: the vectors in the database, which are the truth. */
export interface VectorSource {
  /** Rising by key, after `after`. */
  read(after: number, limit: number): Promise<readonly StoredVector[]>;
  /** Exactly these, for rescoring. */
  get(seqs: readonly number[]): Promise<readonly StoredVector[]>;
  count(): Promise<number>;
}

/** How an index is doing. */
export interface VectorIndexState {
  /** Entries that can be found. */
  readonly size: number;
  /** Being built: entries so far and in all; queries are answered meanwhile, exactly but slower. */
  readonly building?: { readonly done: number; readonly of: number };
  /** What was mended since the opening, in words. */
  readonly mended: readonly string[];
}

/**
 * The vectors of one embedder (ME-2), made to be lost: what is missing or broken is made anew from the source. Entries
 * are found as soon as `put` has resolved. `put` and `remove` may be repeated.
 *
 * Throws HoldfastError: INDEX... none of its own; those of the product as STORAGE_UNAVAILABLE.
 */
export interface VectorIndex {
  readonly name: 'embedded' | 'pgvector' | 'milvus';
  readonly embedder: string;
  readonly dimensions: number;
  put(entries: readonly StoredVector[]): Promise<void>;
  remove(tenant: string, seqs: readonly number[]): Promise<void>;
  /** By cosine, best first. Only memories that the viewer sees. */
  search(viewer: Viewer, query: Float32Array, limit: number, signal?: AbortSignal): Promise<readonly Scored[]>;
  /** Keys that it holds, rising, after `after`: for verification. */
  seqs(after: number, limit: number): Promise<readonly number[]>;
  /** The last change (Records.changes) that is durable in it; 0: none. */
  readonly applied: number;
  /** Makes what was put and removed durable, with the number of the last change that it follows. */
  flush(applied: number): Promise<void>;
  /** Throws everything away and makes it anew from the source. */
  rebuild(): Promise<void>;
  /** Removes it for good: another embedder has taken its place. */
  drop(): Promise<void>;
  state(): VectorIndexState;
  close(): Promise<void>;
}

/** Opens the index of one embedder; each product has one. It may not be there yet (STORAGE_UNAVAILABLE at use, not here). */
export interface VectorIndexes {
  readonly name: VectorIndex['name'];
  open(embedder: string, dimensions: number, source: VectorSource): Promise<VectorIndex>;
  /** Embedders that have an index here. */
  list(): Promise<readonly string[]>;
  close(): Promise<void>;
}
