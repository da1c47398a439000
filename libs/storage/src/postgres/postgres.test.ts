import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';

import { describeDatabase } from '../conformance.ts';
import { addNote, NOTES, noteIds } from '../testing.ts';
import { openPostgres } from './open.ts';

let cluster: PostgresCluster | undefined;
afterAll(() => cluster?.stop());

describeDatabase('PostgreSQL with a streaming replica', async () => {
  cluster = await startPostgres({ replicas: 1 });
  if (cluster === undefined) return 'PostgreSQL is not installed; run scripts/services.sh';
  const { url, replicas } = cluster;
  return { db: await openPostgres({ url, replicas }), reopen: () => openPostgres({ url, replicas }) };
});

describe('AR-3 a connection to PostgreSQL', () => {
  it('makes commits durable also where the server would not wait for the disk', async (context) => {
    if (cluster === undefined) return context.skip('PostgreSQL is not installed; run scripts/services.sh');
    const { url } = await cluster.createDatabase('careless');
    const careless = await openPostgres({ url, replicas: [] });
    await sql`alter database careless set synchronous_commit = off`.execute(careless.writer());
    await careless.close();
    const db = await openPostgres({ url, replicas: [] });
    const { results } = await db.transact([{ sql: 'show synchronous_commit', params: [] }]);
    expect(results[0]?.rows).toEqual([{ synchronous_commit: 'on' }]);
    await db.close();
  });

  it('is safe to migrate by several processes at once', async (context) => {
    if (cluster === undefined) return context.skip('PostgreSQL is not installed; run scripts/services.sh');
    const { url } = await cluster.createDatabase('crowded');
    const all = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ url, replicas: [] })));
    await Promise.all(all.map((db) => db.migrate(NOTES)));
    for (const [id, db] of all.entries()) await addNote(db, id);
    expect(await Promise.all(all.map(noteIds))).toEqual(all.map(() => [0, 1, 2, 3]));
    await Promise.all(all.map((db) => db.close()));
  });
});
