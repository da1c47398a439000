import type { ErrorCode } from '@holdfast/protocol';
import type { Kysely } from 'kysely';

/**
 * What can be bound to a statement and read from a row. Times are epoch milliseconds; JSON is text. Numbers beyond
 * 2^53 are refused when they are read; text with a NUL character is refused when it is bound (INVALID_ARGUMENT).
 */
export type SqlValue = string | number | null | Uint8Array;

/** One row: column name to value. */
export type Row = Record<string, SqlValue>;

/** One statement of an atomic batch. Positional parameters: `?` on SQLite, `$1` on PostgreSQL. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** How many rows it must change (or return). Any other number undoes the whole batch, with `otherwise` as code. */
  readonly expect?: number;
  /** The code of the error when `expect` is not met. Default CONFLICT. */
  readonly otherwise?: ErrorCode;
}

/** What one statement did. */
export interface StatementResult {
  /** How many rows it changed, or returned. */
  readonly changes: number;
  readonly rows: readonly Row[];
}

/**
 * How far a reader must have come to see one's own write: the primary's LSN on PostgreSQL, empty on SQLite.
 * It is plain text so that it can be carried in a session or a header.
 */
export type ReadToken = string;

/** A batch that is durable: on the disk, synced. */
export interface Committed {
  readonly results: readonly StatementResult[];
  readonly token: ReadToken;
}

/** The schema of one service: its migrations by name, applied in the order of their names, never taken back. */
export interface Schema {
  /** The name of the service, and the prefix of its bookkeeping tables. */
  readonly service: string;
  readonly migrations: Readonly<Record<string, (db: Kysely<unknown>, dialect: Dialect) => Promise<void>>>;
}

export type Dialect = 'sqlite' | 'postgres';

/**
 * One SQL database, embedded or PostgreSQL. All services of a process share one.
 *
 * Every method, and every query of the builders, throws HoldfastError: STORAGE_UNAVAILABLE, STORAGE_FULL,
 * STORAGE_CORRUPT, CONFLICT (`details.constraint` where a constraint was broken: unique, foreign_key, not_null, check).
 * A failure during COMMIT that leaves it open whether the batch was kept has `details.outcome` = 'unknown': read again
 * before repeating. With any other failure nothing of the batch was kept.
 */
export interface Database {
  readonly dialect: Dialect;
  /**
   * Carries out the statements in one transaction and resolves when it is durable. Batches that wait at the same
   * time share one fsync (SQLite: group commit), yet each stands or falls alone.
   */
  transact(statements: readonly Statement[]): Promise<Committed>;
  /**
   * The query builder over the primary: for writes that need no batch, and for reads that must see everything. Inside
   * `writer().transaction()` use the transaction only: on SQLite all other writes wait until it ends.
   */
  writer<T>(): Kysely<T>;
  /** The query builder for reads; PostgreSQL: a replica that has replayed `after`, else the primary. */
  reader<T>(after?: ReadToken): Kysely<T>;
  /** Brings the schema up to date. Throws SCHEMA_TOO_NEW where a newer version of the product wrote it. */
  migrate(schema: Schema): Promise<void>;
  /**
   * Writes tables anew, so that nothing of what was deleted or changed is left in the files: SQLite the whole file, and
   * empties its log; PostgreSQL these tables (its own log and backups are the server's). All else waits meanwhile.
   */
  scrub(tables: readonly string[]): Promise<void>;
  /** Waits for what is under way, then closes. Safe to call twice. */
  close(): Promise<void>;
}
