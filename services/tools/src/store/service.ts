import { randomBytes } from 'node:crypto';

import type { FilesApi } from '@holdfast/protocol';
import type { Database, Locks } from '@holdfast/storage';
import type { Clock, Logger } from '@holdfast/telemetry';

import type { ToolSource } from '../tool.ts';
import { filesApi } from './api.ts';
import { createFolderChunks } from './chunks/folder.ts';
import { createSqlChunks } from './chunks/sql.ts';
import type { FilesConfig } from './config.ts';
import { FILES_SCHEMA } from './schema.ts';
import { FileStore } from './store.ts';
import { sweep } from './sweep.ts';
import { sharedTools } from './tools/shared.ts';

/** What the shared files take from the outside. */
export interface FilesServiceDeps {
  readonly database: Database;
  readonly locks: Locks;
  readonly config: FilesConfig;
  /** Where chunks lie while the database is a file of this machine; PostgreSQL keeps them itself. */
  readonly chunksDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The shared files of this process. */
export interface FilesService {
  readonly api: FilesApi;
  /** `shared_read` and the others, for the tools service. */
  readonly source: ToolSource;
  /** Begins to remove, each hour, what need not be kept. */
  start(): void;
  close(): Promise<void>;
}

const SWEEP_MS = 3_600_000;

/** Brings the tables up to date and opens the shared files. The locks are the caller's to close. */
export async function createFilesService(deps: FilesServiceDeps): Promise<FilesService> {
  const { database, locks, config, clock, logger } = deps;
  await database.migrate(FILES_SCHEMA);
  const now = () => clock.now();
  const chunks = database.dialect === 'sqlite' ? createFolderChunks(deps.chunksDir) : createSqlChunks(database, now);
  const newId = () => randomBytes(8).toString('hex');
  const store = new FileStore({
    database,
    chunks,
    locks,
    now,
    newId,
    maxBytes: config.max_bytes,
    fault: () => undefined,
  });
  const retention = { versions: config.keep_versions, days: config.keep_days, bytes: config.keep_bytes };
  let timer: NodeJS.Timeout | undefined;
  let sweeping = Promise.resolve();
  const act = () => {
    sweeping = sweep({ database, chunks, contents: store.contents, drafts: store.drafts, now, retention }).then(
      (swept) => logger.debug({ ...swept }, 'Shared files were swept.'),
      (error: unknown) => logger.error({ err: error }, 'Old versions of shared files could not be removed.'),
    );
  };
  const tools = sharedTools(store);
  return {
    api: filesApi(store),
    // They never change.
    source: { name: 'files', list: () => tools, onChange: () => () => undefined },
    start() {
      timer ??= setInterval(act, SWEEP_MS).unref();
    },
    async close() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
