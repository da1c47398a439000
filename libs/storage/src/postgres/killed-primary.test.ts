import { createServer, connect, type Socket } from 'node:net';

import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Database } from '../database.ts';
import { addNote, NOTES, noteIds } from '../testing.ts';
import { openPostgres } from './open.ts';

describe('AR-3 a PostgreSQL primary that dies', () => {
  let cluster: PostgresCluster | undefined;
  let db!: Database;

  beforeAll(async () => {
    cluster = await startPostgres({ replicas: 0 });
    if (cluster === undefined) return;
    db = await openPostgres(cluster);
    await db.migrate(NOTES);
  });
  afterAll(async () => {
    await db?.close();
    await cluster?.stop();
  });
  beforeEach((context) => {
    if (cluster === undefined) context.skip('PostgreSQL is not installed; run scripts/services.sh');
  });
  const servers = () => cluster as PostgresCluster;

  it('is reported, loses nothing acknowledged, and is used again when it is back', async () => {
    const acknowledged: number[] = [];
    const failures: unknown[] = [];
    let id = 0;
    const done = new AbortController();
    const writers = Array.from({ length: 5 }, async () => {
      while (!done.signal.aborted) {
        const mine = ++id;
        await addNote(db, mine).then(
          () => acknowledged.push(mine),
          (error: unknown) => failures.push(error),
        );
      }
    });
    while (acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    await servers().killPrimary();
    while (failures.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    await servers().restartPrimary();
    const before = acknowledged.length;
    while (acknowledged.length < before + 50) await new Promise((resolve) => setTimeout(resolve, 5));
    done.abort();
    await Promise.all(writers);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    const kept = new Set(await noteIds(db));
    expect(acknowledged.filter((each) => !kept.has(each))).toEqual([]);
  });

  it('with idle connections does not end this process', async () => {
    await Promise.all(Array.from({ length: 10 }, () => noteIds(db)));
    await servers().killPrimary();
    await expect(noteIds(db)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', details: { outcome: 'none' } });
    const builder = db.writer<{ notes: { id: number } }>().selectFrom('notes').select('id').execute();
    await expect(builder).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await servers().restartPrimary();
    expect((await noteIds(db)).length).toBeGreaterThan(0);
  });

  it('during a commit leaves the outcome unknown, and says so', async () => {
    await using cut = await startCuttingProxy(Number(new URL(servers().url).port), 'commit;');
    const through = await openPostgres({ url: `postgres://holdfast@127.0.0.1:${cut.port}/postgres`, replicas: [] });
    await expect(addNote(through, 1_000_001)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      details: { outcome: 'unknown' },
      message: expect.stringContaining('not known'),
    });
    await through.close();
    // The commit did arrive: that is why it must not be called undone.
    const arrived = async () => (await noteIds(db)).includes(1_000_001);
    while (!(await arrived())) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('at start is told with the address but without the password', async () => {
    const opening = openPostgres({ url: 'postgres://someone:hunter2@127.0.0.1:1/data', replicas: [] });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('127.0.0.1:1/data') });
    expect((error as Error).message).not.toContain('hunter2');
  });
});

/** A proxy that passes everything on, but cuts the client off once a message of it contains `word`. */
async function startCuttingProxy(port: number, word: string): Promise<{ port: number } & AsyncDisposable> {
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    upstream.pipe(client);
    client.on('data', (data) => {
      const cut = data.includes(word);
      if (cut) upstream.unpipe(client);
      upstream.write(data, () => cut && client.destroy());
    });
    client.on('close', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
