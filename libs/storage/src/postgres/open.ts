import { HoldfastError } from '@holdfast/protocol';
import { Kysely, sql } from 'kysely';
import { type ClientBase, escapeIdentifier } from 'pg';

import type { Committed, Database, ReadToken, Schema } from '../database.ts';
import { applyMigrations } from '../migrate.ts';
import { createPostgresDialect, type Loan } from './dialect.ts';
import { postgresFailure } from './failure.ts';
import { type Lsn, parseLsn } from './lsn.ts';
import { createPool, type NamedPool } from './pool.ts';
import { createRotation, Replica } from './replica.ts';
import { transact } from './transact.ts';

/** The advisory lock under which migrations run: any number that nothing else on the server uses. */
const MIGRATION_LOCK = 4_803_112_026;

/** Where PostgreSQL lies. */
export interface PostgresOptions {
  /** The primary: `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Its streaming standbys. Reads go to them; one that does not answer or lags is passed over. */
  readonly replicas: readonly string[];
}

/**
 * Connects to a PostgreSQL primary and its replicas. A replica that is down is no error; a primary that is down is
 * STORAGE_UNAVAILABLE, here and later, until it is back.
 */
export async function openPostgres({ url, replicas: urls }: PostgresOptions): Promise<Database> {
  // oxlint-disable-next-line typescript/no-misused-promises -- the pool awaits it; only its type says void
  const primary = createPool(url, { onConnect: prepareSession });
  const replicas = urls.map((address) => new Replica(address));
  try {
    await primary.pool.query('select 1');
  } catch (error) {
    await primary.pool.end();
    throw postgresFailure(error, primary.where);
  }
  await Promise.all(replicas.map((replica) => replica.probe()));
  return createDatabase(url, primary, replicas);
}

/**
 * A commit that is acknowledged must be on the disk, whatever the server's default is. And nobody waits long inside a
 * transaction, since it holds locks; on SQLite the same limit holds. (Not as start-up parameters: poolers refuse those.)
 */
async function prepareSession(client: ClientBase): Promise<void> {
  await client.query(`select set_config('idle_in_transaction_session_timeout', '30s', false),
    case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', false) end`);
}

function createDatabase(url: string, primary: NamedPool, replicas: readonly Replica[]): Database {
  const rotation = createRotation(replicas);
  const writing = new Kysely<unknown>({ dialect: createPostgresDialect(() => borrow(primary)) });
  const readerAfter = (after: Lsn) =>
    new Kysely<unknown>({ dialect: createPostgresDialect(() => borrowReader(primary, rotation(), after)) });
  // Readers ask for the same token many times in a row; making a query builder is dearer than comparing a string.
  let latest: { token: ReadToken; reader: Kysely<unknown> } = { token: '', reader: readerAfter(0n) };
  const underWay = new Set<Promise<Committed>>();
  let closing: Promise<void> | undefined;

  const close = async () => {
    // The pool lets those finish that have a connection, but refuses those that still wait for one.
    await Promise.allSettled(underWay);
    await Promise.all([primary.pool.end(), ...replicas.map((replica) => replica.close())]);
  };

  return {
    dialect: 'postgres',
    async transact(statements) {
      if (closing) throw new HoldfastError('STORAGE_UNAVAILABLE', 'The database is closed.');
      const committed = transact(primary, statements);
      underWay.add(committed);
      try {
        return await committed;
      } finally {
        underWay.delete(committed);
      }
    },
    writer: <T>() => writing as unknown as Kysely<T>,
    reader<T>(after: ReadToken = '') {
      if (after !== latest.token) latest = { token: after, reader: readerAfter(after === '' ? 0n : parseLsn(after)) };
      return latest.reader as unknown as Kysely<T>;
    },
    migrate: (schema) => migrate(url, schema),
    scrub: (tables) => scrub(url, tables),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function borrow({ pool, where }: NamedPool): Promise<Loan> {
  try {
    return { client: await pool.connect(), where };
  } catch (error) {
    throw postgresFailure(error, where);
  }
}

async function borrowReader(primary: NamedPool, candidates: readonly Replica[], after: Lsn): Promise<Loan> {
  for (const replica of candidates) {
    const client = await replica.connect(after);
    if (client === undefined) continue;
    const instead = (lost: boolean) => {
      if (lost) replica.drop();
      return borrow(primary);
    };
    return { client, where: 'a replica', instead };
  }
  return await borrow(primary);
}

/** Outside of any transaction, and without a time limit. */
async function scrub(url: string, tables: readonly string[]): Promise<void> {
  const only = createPool(url, { max: 1, query_timeout: 0 });
  try {
    for (const table of tables) await only.pool.query(`vacuum (full) ${escapeIdentifier(table)}`);
  } catch (error) {
    throw postgresFailure(error, only.where);
  } finally {
    await only.pool.end();
  }
}

/** Migrations may take long, so that they get a connection without a time limit. */
async function migrate(url: string, schema: Schema): Promise<void> {
  const only = createPool(url, { max: 1, query_timeout: 0 });
  const db = new Kysely<unknown>({ dialect: createPostgresDialect(() => borrow(only)) });
  try {
    await db.connection().execute(async (connection) => {
      // Kysely locks too, but makes its tables before that, and two processes that do so at once collide.
      await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(connection);
      await applyMigrations(connection, 'postgres', schema);
    });
  } catch (error) {
    throw HoldfastError.is(error) ? error : postgresFailure(error, only.where);
  } finally {
    // Ends the session, and with it the lock.
    await only.pool.end();
  }
}
