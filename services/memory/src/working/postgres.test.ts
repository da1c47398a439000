import { openPostgres } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';

import { describeWorking } from './conformance.ts';
import { WORKING_SCHEMA } from './schema.ts';
import { createSqlWorking } from './sql.ts';

const TTL_MS = 3_600_000;

describeWorking('PostgreSQL', async () => {
  const server = await startPostgres({ replicas: 0 });
  if (!server) return 'PostgreSQL is not installed; run scripts/services.sh';
  const database = await openPostgres({ url: server.url, replicas: [] });
  await database.migrate(WORKING_SCHEMA);
  const clock = { now: 1_780_000_000_000 };
  return {
    working: createSqlWorking({ database, ttlMs: TTL_MS, now: () => clock.now }),
    outlive: async () => void (clock.now += TTL_MS),
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
});
