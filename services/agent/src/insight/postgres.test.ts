import { openPostgres } from '@holdfast/storage';
import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { AGENT_SCHEMA } from '../journal/schema.ts';
import { insightConformance } from './conformance.ts';
import { createInsightStore } from './store.ts';

const cluster: PostgresCluster | undefined = await startPostgres({ replicas: 1 });

if (cluster) {
  let address: { url: string; replicas: string[] };
  beforeAll(async () => {
    address = await cluster.createDatabase('insight');
  });
  afterAll(() => cluster.stop());
  insightConformance('PostgreSQL with a replica', async () => {
    const database = await openPostgres(address);
    await database.migrate(AGENT_SCHEMA);
    return { store: createInsightStore(database), close: () => database.close() };
  });
} else {
  describe('figures of insight on PostgreSQL with a replica (OB-2)', () => {
    it('passes the conformance suite', (context) =>
      context.skip('PostgreSQL is not installed (scripts/services.sh installs it)'));
  });
}
