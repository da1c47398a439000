import type { ErrorCode } from '@holdfast/protocol';

import type { SqlValue } from '../database.ts';
import type { PackedBlobs } from './blobs.ts';

// What crosses between the main thread and a worker. Tuples, not objects: they are half as dear to clone.

/** A statement: text, parameters, expected rows (-1: any), the code when that is not met. */
export type WireStatement = [sql: string, params: SqlValue[], expect: number, otherwise: ErrorCode];

/**
 * `batch` is a transaction of its own. `begin` opens a session, in which `run` carries out statements one by one until
 * `commit` or `rollback` ends it; meanwhile everything else waits. `scrub` leaves nothing of what was deleted.
 */
export type WireVerb = 'batch' | 'begin' | 'run' | 'commit' | 'rollback' | 'forget-plans' | 'scrub';

/** One request. `session` is 0 for a batch. */
export type WireRequest = [id: number, verb: WireVerb, session: number, statements: WireStatement[]];

/** What one statement did. `columns` is empty where it returns no rows. Of many blobs, `rows` has none. */
export type WireResult = [changes: number, columns: string[], rows: SqlValue[][], blobs?: PackedBlobs];

/** A failure as plain data: errors lose their fields when they cross threads. */
export interface WireFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: { readonly [key: string]: string | number };
  /** The text of what lies underneath, for the log. */
  readonly cause: string;
}

/** One answer: the results, or the failure. */
export type WireResponse = [id: number, results: WireResult[] | undefined, failure?: WireFailure];

/** What a worker is started with. */
export interface WorkerSettings {
  readonly file: string;
  /** The writer commits in groups; the reader opens the file read-only. */
  readonly role: 'writer' | 'reader';
}
