import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openPostgres, openSqlite } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { VectorsConfigSchema } from './config.ts';
import { openVectors } from './open.ts';

describe('ME-2 which product keeps the vectors', () => {
  it('is embedded beside SQLite, and what the configuration names', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
    const database = await openSqlite({ dataDir: dir });
    const open = (config: unknown) => openVectors(VectorsConfigSchema.parse(config), { database, dir });
    expect((await open({})).name).toBe('embedded');
    expect((await open({ product: 'embedded' })).name).toBe('embedded');
    expect((await open({ product: 'milvus', milvus: { url: '127.0.0.1:1' } })).name).toBe('milvus');
    await expect(open({ product: 'milvus' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(open({ product: 'pgvector' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await database.close();
    await rm(dir, { recursive: true });
  });

  it('is pgvector where PostgreSQL has it, embedded where not', async ({ skip }) => {
    for (const pgvector of [true, false]) {
      const cluster = await startPostgres({ replicas: 0, pgvector });
      if (cluster === undefined) return skip('PostgreSQL with pgvector is not installed; run scripts/services.sh');
      const database = await openPostgres({ url: cluster.url, replicas: [] });
      const { results } = await database.transact([
        { sql: "select 1 as there from pg_available_extensions where name = 'vector'", params: [] },
      ]);
      const { name } = await openVectors(VectorsConfigSchema.parse({}), { database, dir: tmpdir() });
      expect(name).toBe(results[0]?.rows.length === 1 ? 'pgvector' : 'embedded');
      if (pgvector) expect(name).toBe('pgvector');
      await database.close();
      await cluster.stop();
    }
  });
});
