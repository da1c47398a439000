import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

import type { Ask } from '../ask.ts';
import { type Cell, cellFromWire, cellToWire, type JsonValue } from '../wire/values.ts';

interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
  readonly changes: number;
  readonly lastId: string;
}

/** A Kysely over the skill's own database, which lies in the service. */
export function databaseClient(ask: Ask): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: dialectOver(ask) });
}

function dialectOver(ask: Ask): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new AskDriver(ask),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** There is one connection: whoever holds it keeps the others waiting, so that transactions do not mix. */
class AskDriver implements Driver {
  readonly #connection: DatabaseConnection;
  readonly #ask: Ask;
  #last: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => run<R>(ask, query.sql, query.parameters as readonly Cell[]),
      async *streamQuery<R>(query: CompiledQuery) {
        yield await run<R>(ask, query.sql, query.parameters as readonly Cell[]);
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    const mine = Promise.withResolvers<void>();
    this.#last = mine.promise;
    await before;
    this.#release = mine.resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(): Promise<void> {
    await run(this.#ask, 'begin immediate', []);
  }

  async commitTransaction(): Promise<void> {
    await run(this.#ask, 'commit', []);
  }

  async rollbackTransaction(): Promise<void> {
    await run(this.#ask, 'rollback', []);
  }

  async destroy(): Promise<void> {}
}

async function run<R>(ask: Ask, sql: string, parameters: readonly Cell[]): Promise<QueryResult<R>> {
  const answer = (await ask('database', 'query', { sql, parameters: parameters.map(cellToWire) })) as unknown as Answer;
  const rows = answer.rows.map(
    (row) => Object.fromEntries(row.map((cell, at) => [answer.columns[at] ?? '', cellFromWire(cell)])) as R,
  );
  return { rows, numAffectedRows: BigInt(answer.changes), insertId: BigInt(answer.lastId) };
}
