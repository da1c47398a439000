import type { ReadToken } from '@holdfast/storage';

import type { Draft, Kind, MemoryRecord, RecordFilter, State, Viewer } from '../record.ts';
import type { JsonObject } from '@holdfast/protocol';

/** What became of a draft. */
export interface Added {
  readonly record: MemoryRecord;
  /** known: an active memory of the same scope says the same text, or has the same id; nothing was written. */
  readonly as: 'new' | 'known' | 'quarantined';
}

/** What can be changed of a memory. */
export interface RecordChange {
  readonly text?: string;
  readonly pinned?: boolean;
  readonly confidence?: number;
  readonly attributes?: JsonObject;
  readonly kind?: Kind;
  readonly at?: number;
}

export type RecordOrder = 'newest' | 'oldest' | 'fading';

/** A page of a list. */
export interface RecordPage {
  readonly records: readonly MemoryRecord[];
  /** Empty: this was the last page. */
  readonly next: string;
}

/** That a memory was recalled, and what its strength is from then on. */
export interface Visit {
  readonly seq: number;
  readonly at: number;
  readonly strengthDays: number;
}

/** A vector of a memory, as it is kept: unit length. */
export interface StoredVector {
  readonly seq: number;
  readonly tenant: string;
  readonly user: string;
  readonly agent: string;
  readonly vector: Float32Array;
}

/** What the vectors of a memory are made from. */
export interface ToEmbed {
  readonly seq: number;
  readonly revision: number;
  readonly tenant: string;
  readonly user: string;
  readonly agent: string;
  readonly text: string;
  /** The texts before and after it in its group, nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * What became of a memory, for those that follow. put: it is active, and new or changed. remove: it is archived,
 * quarantined or erased. embedded: there is a vector of `embedder` for it now (empty with the others).
 */
export interface MemoryChange {
  readonly n: number;
  readonly seq: number;
  readonly tenant: string;
  readonly op: 'put' | 'remove' | 'embedded';
  readonly embedder: string;
}

/**
 * The memories: the truth, of which every index can be made anew. Each change is one transaction that also changes the
 * lexical index and notes what the vector index has to follow (`memory_vector`, `memory_change`).
 *
 * Throws HoldfastError: NOT_FOUND, CONFLICT, and those of Database.
 */
export interface Records {
  /** In order. Neighbours in a group are indexed with one another. */
  add(drafts: readonly Draft[]): Promise<readonly Added[]>;
  /** In the order of `ids`; what is not there, or not seen by the viewer, is left out. */
  get(viewer: Viewer, ids: readonly string[]): Promise<readonly MemoryRecord[]>;
  /** Active ones that fit the filter, by the key of the indices; in no order. */
  bySeq(filter: RecordFilter, seqs: readonly number[]): Promise<readonly MemoryRecord[]>;
  list(
    filter: RecordFilter,
    page: { readonly order: RecordOrder; readonly after: string; readonly limit: number },
  ): Promise<RecordPage>;
  count(filter: RecordFilter): Promise<number>;
  /** Active records beside this one in its group, in order, without it. */
  neighbours(record: MemoryRecord, span: number): Promise<readonly MemoryRecord[]>;
  /** Those that were archived into a memory. */
  originals(viewer: Viewer, id: string): Promise<readonly MemoryRecord[]>;
  /** CONFLICT where the revision is another one. */
  update(viewer: Viewer, id: string, revision: number, change: RecordChange): Promise<MemoryRecord>;
  /** `into`: the memory that speaks for them, which must be there. Those that have the state already are left alone. */
  setState(viewer: Viewer, ids: readonly string[], state: State, into?: string): Promise<readonly MemoryRecord[]>;
  /** Adds a summary and archives its originals into it, in one transaction; CONFLICT where one of them changed. */
  replace(originals: readonly MemoryRecord[], draft: Draft): Promise<MemoryRecord>;
  visit(visits: readonly Visit[]): Promise<void>;
  /** When a memory was recalled, newest first; at most 50. */
  visits(seq: number): Promise<readonly number[]>;
  /** Removes rows, lexical entries, vectors and visits in one transaction, and leaves word for the vector index. */
  erase(tenant: string, seqs: readonly number[]): Promise<void>;
  /** Writes the lexical entries of active memories anew, with those beside them; what is not there is left out. */
  reindex(seqs: readonly number[]): Promise<void>;
  /** All ids and keys that fit, whatever their state, for an erasure; pages of at most `limit`. */
  keys(
    filter: RecordFilter & { readonly anyState: true },
    after: number,
    limit: number,
  ): Promise<readonly { readonly seq: number; readonly id: string }[]>;

  /** Active memories without a vector of this embedder for what they say now, oldest first. From the first call on the embedder's vectors are kept up to date, until they are dropped. */
  toEmbed(embedder: string, limit: number): Promise<readonly ToEmbed[]>;
  countToEmbed(embedder: string): Promise<number>;
  /** Keeps vectors; those whose memory changed or went meanwhile are dropped. */
  putVectors(
    embedder: string,
    vectors: readonly { readonly seq: number; readonly revision: number; readonly vector: Float32Array }[],
  ): Promise<void>;
  /** Vectors of active memories by key, `after` excluded: for (re)building an index. */
  vectors(embedder: string, after: number, limit: number): Promise<readonly StoredVector[]>;
  /** Exactly these, for rescoring; in no order. */
  vectorsOf(embedder: string, seqs: readonly number[]): Promise<readonly StoredVector[]>;
  /** How many active memories have a vector of this embedder. */
  countVectors(embedder: string): Promise<number>;
  /** Removes all vectors of embedders other than these. */
  dropVectors(keep: readonly string[]): Promise<number>;
  /** What the indices have to follow, in order: at most `limit`, after the change number `after`. */
  changes(after: number, limit: number): Promise<readonly MemoryChange[]>;
  /** Forgets changes up to `n`, which every index has taken in. */
  forgetChanges(n: number): Promise<void>;
  /** The number of the last change, and the number up to which changes are forgotten. */
  changeMarks(): Promise<{ readonly last: number; readonly forgotten: number }>;
  /** The token of the last write, for reads of replicas. */
  readonly written: ReadToken;
}
