import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { Kysely } from 'kysely';

import { lockDataDir } from '../data-dir-lock.ts';
import type { Database, Schema } from '../database.ts';
import { applyMigrations } from '../migrate.ts';
import { checkFile } from './check.ts';
import { startWorker, type WorkerClient } from './client.ts';
import { createSqliteDialect } from './dialect.ts';
import { toWire } from './statement.ts';
import { workerUrl } from './worker-url.ts';

/** The name of the database file inside the data directory. */
export const DATABASE_FILE = 'holdfast.db';

/** Where the embedded database lies. */
export interface SqliteOptions {
  /** The folder that this process takes for itself; made if it is not there. */
  readonly dataDir: string;
}

/**
 * Opens the embedded database and takes the data directory until it is closed. Two worker threads: one that writes,
 * with group commit, and one that reads, so that a read never waits for an fsync.
 *
 * Throws DATA_DIR_LOCKED, STORAGE_CORRUPT, STORAGE_FULL, STORAGE_UNAVAILABLE.
 */
export async function openSqlite({ dataDir }: SqliteOptions): Promise<Database> {
  const file = join(dataDir, DATABASE_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new HoldfastError(
      'STORAGE_UNAVAILABLE',
      `The data directory ${dataDir} cannot be made. Nothing was changed. Name another one, or make it by hand.`,
      { cause: error },
    );
  }
  const lock = lockDataDir(dataDir);
  const started: WorkerClient[] = [];
  try {
    checkFile(file);
    // In this order: the writer makes the file, and a reader that closes first leaves the last checkpoint to it.
    const writer = await startWorker(workerUrl(), { file, role: 'writer' });
    started.push(writer);
    const reader = await startWorker(workerUrl(), { file, role: 'reader' });
    return createDatabase(writer, reader, () => lock.release());
  } catch (error) {
    await Promise.all(started.map((worker) => worker.close()));
    lock.release();
    throw error;
  }
}

function createDatabase(writer: WorkerClient, reader: WorkerClient, release: () => void): Database {
  let sessions = 0;
  const nextSession = () => ++sessions;
  const writing = new Kysely<unknown>({ dialect: createSqliteDialect(writer, nextSession) });
  const reading = new Kysely<unknown>({ dialect: createSqliteDialect(reader, nextSession) });
  let migrating: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const migrate = async (schema: Schema) => {
    await applyMigrations(writing, 'sqlite', schema);
    await Promise.all([writer, reader].map((worker) => worker.request('forget-plans', 0, [])));
  };

  return {
    dialect: 'sqlite',
    async transact(statements) {
      return { results: await writer.request('batch', 0, statements.map(toWire)), token: '' };
    },
    writer: <T>() => writing as unknown as Kysely<T>,
    reader: <T>() => reading as unknown as Kysely<T>,
    migrate(schema) {
      const mine = migrating.then(() => migrate(schema));
      // The next one waits for this one's end, whatever it was; whoever asked for this one hears of its failure.
      migrating = mine.catch(() => undefined);
      return mine;
    },
    async scrub() {
      await writer.request('scrub', 0, []);
    },
    close() {
      closing ??= reader
        .close()
        .then(() => writer.close())
        .finally(release);
      return closing;
    },
  };
}
