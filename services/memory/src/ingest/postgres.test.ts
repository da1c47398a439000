import { startPostgres } from '@holdfast/testing';

import { describeDocuments } from './conformance.ts';
import { openSharedDocuments } from './testing.ts';

describeDocuments('PostgreSQL, from two processes', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  const [first, second] = [await openSharedDocuments(cluster.url), await openSharedDocuments(cluster.url)];
  return {
    first,
    second,
    close: async () => {
      await first.close();
      await second.close();
      await cluster.stop();
    },
  };
});
