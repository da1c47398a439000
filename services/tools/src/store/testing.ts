import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocks, createSqlLocks, type Database, LOCKS_SCHEMA, openPostgres, openSqlite } from '@holdfast/storage';

import { bytesOf } from './bytes.ts';
import type { ChunkStore } from './chunks/chunk-store.ts';
import { createFolderChunks } from './chunks/folder.ts';
import { createSqlChunks } from './chunks/sql.ts';
import type { StoreFault } from './fault.ts';
import { FILES_SCHEMA } from './schema.ts';
import { type Author, FileStore } from './store.ts';
import { type Retention, type Swept, sweep } from './sweep.ts';
import type { Version } from './version.ts';

/** A store for tests, with a clock that can be set ahead. */
export interface TestStore {
  readonly store: FileStore;
  readonly database: Database;
  readonly chunks: ChunkStore;
  /** Milliseconds that the store's clock is ahead. */
  ahead: number;
  /** Writes a text or bytes. */
  put(path: string, content: string | Uint8Array, options?: Parameters<FileStore['write']>[3]): Promise<Version>;
  /** Reads a version back as text. */
  text(path: string, n?: number): Promise<string>;
  /** Bytes of the chunks that are stored for the tenant. */
  storedBytes(): Promise<number>;
  sweep(retention?: Partial<Retention>): Promise<Swept>;
  close(): Promise<void>;
}

/** Whoever writes in tests. */
export const WRITER: Author = { tenant: 'acme', subject: 'user_1', runId: '' };

/** Bytes that look random and are the same on each machine. */
export function steadyBytes(length: number, seed = 'seed'): Buffer {
  const parts: Buffer[] = [];
  for (let n = 0; n * 32 < length; n++) parts.push(createHash('sha256').update(`${seed} ${n}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

/** A store over a database that is open already. */
export async function testStoreOf(
  database: Database,
  chunks: (now: () => number) => ChunkStore,
  options: { maxBytes?: number; fault?: StoreFault } = {},
): Promise<TestStore> {
  await database.migrate(LOCKS_SCHEMA);
  await database.migrate(FILES_SCHEMA);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const deps = {
    database,
    chunks: chunks(now),
    locks: createLocks(createSqlLocks(database), { monotonic: () => performance.now(), random: Math.random }),
    now,
    newId: () => randomBytes(8).toString('hex'),
    maxBytes: options.maxBytes ?? Number.MAX_SAFE_INTEGER,
    fault: options.fault ?? (() => undefined),
  };
  const store = new FileStore(deps);
  return {
    store,
    database,
    chunks: deps.chunks,
    get ahead() {
      return ahead;
    },
    set ahead(ms) {
      ahead = ms;
    },
    put: (path, content, how) => store.write(WRITER, path, [Buffer.from(content)], how),
    async text(path, n) {
      const version = await store.version(WRITER.tenant, path, n);
      return (await bytesOf(store.read(WRITER.tenant, version))).toString();
    },
    async storedBytes() {
      const { results } = await database.transact([{ sql: 'select sum(size) as bytes from store_chunk', params: [] }]);
      return Number(results[0]?.rows[0]?.['bytes'] ?? 0);
    },
    sweep: (retention = {}) =>
      sweep({
        ...deps,
        contents: store.contents,
        drafts: store.drafts,
        retention: { versions: 0, days: 0, bytes: 0, ...retention },
      }),
    close: () => database.close(),
  };
}

/** A store in a new folder: SQLite, and chunks in a folder. */
export async function openEmbedded(options: { fault?: StoreFault; maxBytes?: number } = {}): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
  const opened = await openFolder(dataDir, options);
  const close = async () => {
    await opened.database.close();
    await rm(dataDir, { recursive: true });
  };
  return Object.assign(opened, { close });
}

/** A store in this folder. `chunksDir` may lie on another disk. */
export async function openFolder(
  dataDir: string,
  options: { fault?: StoreFault; maxBytes?: number; chunksDir?: string } = {},
): Promise<TestStore> {
  const database = await openSqlite({ dataDir });
  const chunks = createFolderChunks(options.chunksDir ?? join(dataDir, 'files', 'chunks'));
  return await testStoreOf(database, () => chunks, options);
}

/** A store on PostgreSQL, with the chunks in it too. */
export async function openShared(url: string): Promise<TestStore> {
  const database = await openPostgres({ url, replicas: [] });
  return await testStoreOf(database, (now) => createSqlChunks(database, now));
}
