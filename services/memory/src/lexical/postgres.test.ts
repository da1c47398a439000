import { openPostgres } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';

import { describeLexical } from './conformance.ts';
import { createPostgresLexical } from './postgres.ts';

describeLexical('PostgreSQL', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (cluster === undefined) return 'PostgreSQL is not installed; run scripts/services.sh';
  const database = await openPostgres({ url: cluster.url, replicas: [] });
  const index = createPostgresLexical(database);
  await database.migrate(index.schema);
  return {
    database,
    index,
    close: async () => {
      await database.close();
      await cluster.stop();
    },
  };
});
