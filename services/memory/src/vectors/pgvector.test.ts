import { openPostgres } from '@holdfast/storage';
import { startPostgres } from '@holdfast/testing';

import { describeVectors } from './conformance.ts';
import { pgvectorVectors } from './pgvector.ts';

describeVectors('PostgreSQL with pgvector', async () => {
  const cluster = await startPostgres({ replicas: 0, pgvector: true });
  if (cluster === undefined) return 'no PostgreSQL with pgvector is installed; run scripts/services.sh';
  const { url } = await cluster.createDatabase('vectors');
  let database = await openPostgres({ url, replicas: [] });
  return {
    indexes: pgvectorVectors(database),
    async reopen() {
      await database.close();
      database = await openPostgres({ url, replicas: [] });
      return pgvectorVectors(database);
    },
    async stop() {
      await database.close();
      await cluster.stop();
    },
  };
});
