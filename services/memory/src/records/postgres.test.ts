import { startPostgres } from '@holdfast/testing';

import { describeRecords } from './conformance.ts';
import { openSharedRecords } from './testing.ts';

describeRecords('PostgreSQL, from two processes', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  let ids = 0;
  const first = await openSharedRecords(cluster.url);
  const second = await openSharedRecords(cluster.url, { newId: () => `second_${++ids}` });
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
