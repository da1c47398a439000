import { join } from 'node:path';

import { createLocks, createSqlLocks, type Database, type Locks, LOCKS_SCHEMA, openRedlock } from '@holdfast/storage';
import { createFilesService, type FilesService } from '@holdfast/tools';

import type { StorageConfig } from '../config/own-sections.ts';
import type { Ground } from '../house.ts';

/** The shared files and their locks. */
export interface SharedFiles extends FilesService {
  readonly locks: Locks;
}

/** Opens the locks as they are configured. Redis masters need not be there yet. */
export async function openLocks(storage: StorageConfig, database: Database, monotonic: () => number): Promise<Locks> {
  const deps = { monotonic, random: Math.random };
  if (storage.locks !== 'database') return createLocks(await openRedlock(storage.locks, monotonic), deps);
  await database.migrate(LOCKS_SCHEMA);
  return createLocks(createSqlLocks(database), deps);
}

/** Opens the files that agents and people share. Close them before the database. */
export async function openSharedFiles({ config, clock, logger }: Ground, database: Database): Promise<SharedFiles> {
  const locks = await openLocks(config.storage, database, clock.monotonic);
  const files = await createFilesService({
    database,
    locks,
    config: config.tools.files,
    chunksDir: join(config.data_dir, 'files', 'chunks'),
    clock,
    logger,
  });
  return {
    ...files,
    locks,
    async close() {
      await files.close();
      await locks.close();
    },
  };
}
