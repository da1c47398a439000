import { startPostgres } from '@holdfast/testing';

import { describeGraph } from './conformance.ts';
import { openPostgresGraphs } from './testing.ts';

describeGraph('PostgreSQL, from two processes', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  const graphs = await openPostgresGraphs(cluster.url);
  const close = async () => {
    await graphs.close();
    await cluster.stop();
  };
  return { ...graphs, close };
});
