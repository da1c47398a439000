import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll } from 'vitest';

import { describeDatabase } from '../conformance.ts';
import { openPostgres } from './open.ts';

let cluster: PostgresCluster | undefined;
afterAll(() => cluster?.stop());

describeDatabase('PostgreSQL with a streaming replica', async () => {
  cluster = await startPostgres({ replicas: 1 });
  if (cluster === undefined) return 'PostgreSQL is not installed; run scripts/services.sh';
  const { url, replicas } = cluster;
  return { db: await openPostgres({ url, replicas }), reopen: () => openPostgres({ url, replicas }) };
});
