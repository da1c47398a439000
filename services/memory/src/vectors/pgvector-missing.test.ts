import { openPostgres } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { hasPgvector, pgvectorVectors } from './pgvector.ts';
import { everybodyOf, testSource } from './testing.ts';

describe('ME-2 a PostgreSQL without pgvector', { timeout: 120_000 }, () => {
  it('says what is to be installed, and that nothing is lost', async ({ skip }) => {
    const cluster = await startPostgres({ replicas: 0 });
    if (cluster === undefined) return skip('PostgreSQL is not installed; run scripts/services.sh');
    const database = await openPostgres({ url: cluster.url, replicas: [] });
    try {
      const { results } = await database.transact([
        { sql: "select 1 as there from pg_available_extensions where name = 'vector'", params: [] },
      ]);
      if (results[0]?.rows.length === 1) return skip('this PostgreSQL has pgvector');
      expect(await hasPgvector(database)).toBe(false);
      const index = await pgvectorVectors(database).open('e', 3, testSource());
      expect(index.applied).toBe(0);
      await expect(index.search(everybodyOf('acme'), Float32Array.of(1, 0, 0), 1)).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        details: { missing: 'pgvector' },
        message: expect.stringMatching(/kept.*Install.*create extension vector/),
      });
      expect(await pgvectorVectors(database).list()).toEqual([]);
    } finally {
      await database.close();
      await cluster.stop();
    }
  });

  it('refuses more dimensions than its indices take', async ({ skip }) => {
    const cluster = await startPostgres({ replicas: 0, pgvector: true });
    if (cluster === undefined) return skip('no PostgreSQL with pgvector is installed; run scripts/services.sh');
    const database = await openPostgres({ url: cluster.url, replicas: [] });
    try {
      expect(await hasPgvector(database)).toBe(true);
      const indexes = pgvectorVectors(database);
      await expect(indexes.open('wide', 4001, testSource())).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
      const vector = new Float32Array(3072).fill(1 / Math.sqrt(3072));
      const index = await indexes.open('half', 3072, testSource());
      await index.put([{ seq: 1, tenant: 'acme', user: '', agent: '', vector }]);
      expect(await index.search(everybodyOf('acme'), vector, 1)).toMatchObject([{ seq: 1 }]);
    } finally {
      await database.close();
      await cluster.stop();
    }
  });
});
