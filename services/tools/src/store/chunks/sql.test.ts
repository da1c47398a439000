import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { change, type Database, openPostgres, openSqlite } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';

import { FILES_SCHEMA } from '../schema.ts';
import { type ChunksSubject, describeChunks } from './conformance.ts';
import { createSqlChunks } from './sql.ts';

async function subjectOf(database: Database, close: () => Promise<void>): Promise<ChunksSubject> {
  await database.migrate(FILES_SCHEMA);
  return {
    chunks: createSqlChunks(database, Date.now),
    damage: async (key) => {
      await change(database, 'update store_blob set bytes = ? where chunk_key = ?', [Buffer.from('else'), key]);
    },
    close: async () => {
      await database.close();
      await close();
    },
  };
}

describeChunks('PostgreSQL', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  return subjectOf(await openPostgres({ url: cluster.url, replicas: [] }), () => cluster.stop());
});

describeChunks('SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-chunks-'));
  return subjectOf(await openSqlite({ dataDir }), () => rm(dataDir, { recursive: true }));
});
