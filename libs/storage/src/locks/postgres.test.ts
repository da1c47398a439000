import { startPostgres } from '@holdfast/testing';

import { openPostgres } from '../postgres/open.ts';
import { describeLocks } from './conformance.ts';
import { createSqlLocks, LOCKS_SCHEMA } from './sql.ts';

describeLocks('PostgreSQL', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (cluster === undefined) return 'PostgreSQL is not installed; run scripts/services.sh';
  const databases = await Promise.all([1, 2].map(() => openPostgres({ url: cluster.url, replicas: [] })));
  await Promise.all(databases.map((database) => database.migrate(LOCKS_SCHEMA)));
  const [first, second] = databases.map(createSqlLocks);
  if (!first || !second) return 'no database';
  return {
    stores: [first, second],
    close: async () => {
      await Promise.all(databases.map((database) => database.close()));
      await cluster.stop();
    },
  };
});
