import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

import type { SqlValue } from '../database.ts';
import type { WorkerClient } from './client.ts';
import { toWire } from './statement.ts';

/** Hands out session numbers; one counter for all users of a worker. */
export type SessionNumbers = () => number;

/** Kysely over a worker. A query outside of a transaction joins the group commit like any other batch. */
export function createSqliteDialect(client: WorkerClient, nextSession: SessionNumbers): Dialect {
  return {
    createAdapter: () => new WorkerAdapter(),
    createDriver: () => createDriver(client, nextSession),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class WorkerAdapter extends SqliteAdapter {
  // The worker keeps transactions apart, so that queries beside them need not wait for each other here.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
  // SQLite can undo a CREATE TABLE; without this a migration that fails half way would stay half done.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function createDriver(client: WorkerClient, nextSession: SessionNumbers): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => new WorkerConnection(client),
    beginTransaction: (connection) => connectionOf(connection).begin(nextSession()),
    commitTransaction: (connection) => connectionOf(connection).end('commit'),
    rollbackTransaction: (connection) => connectionOf(connection).end('rollback'),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
}

function connectionOf(connection: DatabaseConnection): WorkerConnection {
  if (connection instanceof WorkerConnection) return connection;
  throw new TypeError('not a connection of this driver');
}

class WorkerConnection implements DatabaseConnection {
  readonly #client: WorkerClient;
  #session = 0;

  constructor(client: WorkerClient) {
    this.#client = client;
  }

  async begin(session: number): Promise<void> {
    await this.#client.request('begin', session, []);
    this.#session = session;
  }

  async end(verb: 'commit' | 'rollback'): Promise<void> {
    await this.#client.request(verb, this.#session, []);
    this.#session = 0;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const verb = this.#session === 0 ? 'batch' : 'run';
    const statement = toWire({ sql, params: parameters as readonly SqlValue[] });
    const [result] = await this.#client.request(verb, this.#session, [statement]);
    return { rows: (result?.rows ?? []) as R[], numAffectedRows: BigInt(result?.changes ?? 0) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }
}
