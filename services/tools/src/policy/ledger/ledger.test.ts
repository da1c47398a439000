import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openPostgres, openSqlite } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';
import { expect, it } from 'vitest';

import { describeLedger, type LedgerSubject } from './conformance.ts';
import { memoryLedger } from './memory.ts';
import { createSqlLedger, USAGE_SCHEMA } from './sql.ts';

async function subjectOf(database: Database, close: () => Promise<void>): Promise<LedgerSubject> {
  await database.migrate(USAGE_SCHEMA);
  return {
    ledger: createSqlLedger(database),
    async close() {
      await database.close();
      await close();
    },
  };
}

describeLedger('memory', async () => ({ ledger: memoryLedger(), close: async () => undefined }));

describeLedger('SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-ledger-'));
  return subjectOf(await openSqlite({ dataDir }), () => rm(dataDir, { recursive: true }));
});

describeLedger('PostgreSQL', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  return subjectOf(await openPostgres({ url: cluster.url, replicas: [] }), () => cluster.stop());
});

it('TL-5: a restart does not give a spent budget back', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-ledger-'));
  const reservation = { scope: 'day:2026-11-27', budget: '*', micros: 70, limit: 100 };
  const before = await openSqlite({ dataDir });
  await before.migrate(USAGE_SCHEMA);
  await createSqlLedger(before).reserve('a', [reservation]);
  await before.close();
  const after = await openSqlite({ dataDir });
  await after.migrate(USAGE_SCHEMA);
  await expect(createSqlLedger(after).reserve('a', [reservation])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  await after.close();
  await rm(dataDir, { recursive: true });
});
