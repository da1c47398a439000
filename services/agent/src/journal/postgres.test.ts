import { openPostgres } from '@holdfast/storage';
import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { journalConformance } from './conformance.ts';
import { createPostgresJournal } from './postgres.ts';
import { AGENT_SCHEMA } from './schema.ts';

const cluster: PostgresCluster | undefined = await startPostgres({ replicas: 1 });

if (cluster) {
  let address: { url: string; replicas: string[] };
  beforeAll(async () => {
    address = await cluster.createDatabase('journal');
  });
  afterAll(() => cluster.stop());
  journalConformance('PostgreSQL with a replica', async () => {
    const database = await openPostgres(address);
    await database.migrate(AGENT_SCHEMA);
    return { journal: createPostgresJournal(database), close: () => database.close() };
  });
} else {
  describe('journal on PostgreSQL with a replica (AG-2)', () => {
    it('passes the conformance suite', (context) =>
      context.skip('PostgreSQL is not installed (scripts/services.sh installs it)'));
  });
}
