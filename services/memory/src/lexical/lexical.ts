import type { Schema, Statement } from '@holdfast/storage';

import type { Scope, Viewer } from '../record.ts';

/** What of a memory is searched by its words. Terms come from @holdfast/text. */
export interface LexicalDocument {
  readonly seq: number;
  readonly scope: Scope;
  /** Of its own text, repeated as they stand. */
  readonly own: readonly string[];
  /** Of its neighbours in its group, of its heading, its speaker and its date. */
  readonly near: readonly string[];
}

/** A term of a query. */
export interface QueryTerm {
  readonly term: string;
  /** 1: as asked; less for what was added to the query. */
  readonly weight: number;
}

/** A memory that was found; a higher score is better. */
export interface Scored {
  readonly seq: number;
  readonly score: number;
}

/**
 * BM25 over the memories (ME-2), kept by statements of the same transaction as the record: it can never disagree with
 * the records after a crash.
 */
export interface LexicalIndex {
  readonly name: 'sqlite' | 'postgres';
  readonly schema: Schema;
  /** Adds a document, or takes the place of what is there under its key. */
  put(document: LexicalDocument): readonly Statement[];
  remove(seq: number): readonly Statement[];
  /** Rewrites what still has traces of removed documents, for an erasure; empty where removing leaves none. Slow. */
  purge(): readonly Statement[];
  /** Best first. Only memories that the viewer sees. */
  search(viewer: Viewer, terms: readonly QueryTerm[], limit: number): Promise<readonly Scored[]>;
  /** Keys that it holds, rising, after `after`: for verification. */
  seqs(after: number, limit: number): Promise<readonly number[]>;
}
