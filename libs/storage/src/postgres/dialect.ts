import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { PoolClient, QueryResult as PgResult } from 'pg';

import { isConnectionLost, isRecoveryConflict, postgresFailure } from './failure.ts';

/** A connection on loan. */
export interface Loan {
  readonly client: PoolClient;
  /** Host, port and database, for messages. */
  readonly where: string;
  /** On a replica: reports that it failed, and lends a connection of the primary to read again there. */
  readonly instead?: (lost: boolean) => Promise<Loan>;
}

/** Kysely over connections that `borrow` chooses. (Kysely's own driver cannot choose, and throws errors of pg.) */
export function createPostgresDialect(borrow: () => Promise<Loan>): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(borrow),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

function createDriver(borrow: () => Promise<Loan>): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => new LoanConnection(await borrow()),
    beginTransaction: (connection, settings) => connectionOf(connection).begin(settings),
    commitTransaction: (connection) => connectionOf(connection).end('commit'),
    rollbackTransaction: (connection) => connectionOf(connection).end('rollback'),
    releaseConnection: async (connection) => connectionOf(connection).release(),
    destroy: async () => undefined,
  };
}

function connectionOf(connection: DatabaseConnection): LoanConnection {
  if (connection instanceof LoanConnection) return connection;
  throw new TypeError('not a connection of this driver');
}

class LoanConnection implements DatabaseConnection {
  #loan: Loan;
  #inTransaction = false;
  #broken = false;

  constructor(loan: Loan) {
    this.#loan = loan;
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
    await this.#query(`start transaction${level}${accessMode === undefined ? '' : ` ${accessMode}`}`, []);
    this.#inTransaction = true;
  }

  async end(verb: 'commit' | 'rollback'): Promise<void> {
    this.#inTransaction = false;
    // A broken connection has rolled back by itself.
    if (verb === 'rollback' && this.#broken) return;
    await this.#query(verb, [], verb === 'commit');
  }

  release(): void {
    this.#loan.client.release(this.#broken || this.#inTransaction);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.#query(sql, parameters);
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  async #query(sql: string, parameters: readonly unknown[], committing = false): Promise<PgResult> {
    const { client, where, instead } = this.#loan;
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      const lost = isConnectionLost(error);
      this.#broken ||= lost;
      const elsewhere = !this.#inTransaction && (lost || isRecoveryConflict(error)) ? instead : undefined;
      if (elsewhere === undefined) throw postgresFailure(error, where, committing);
      client.release(lost);
      this.#loan = await elsewhere(lost);
      this.#broken = false;
    }
    return await this.#query(sql, parameters);
  }
}
