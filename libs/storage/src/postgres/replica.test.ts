import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { sql } from 'kysely';

import type { Database, ReadToken } from '../database.ts';
import { addNote, NOTES } from '../testing.ts';
import { openPostgres } from './open.ts';

describe('PF-2 reads go to replicas, and never back in time', () => {
  let cluster: PostgresCluster | undefined;
  let db!: Database;
  let lastId = 0;

  beforeAll(async () => {
    cluster = await startPostgres({ replicas: 2 });
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
  const note = () => addNote(db, ++lastId);

  /** The port of the server that answers a read, and how many notes it shows. */
  async function read(after?: ReadToken): Promise<{ url: string | undefined; notes: number }> {
    const { rows } = await sql<{ port: string; notes: number }>`
      select current_setting('port') as port, (select count(*) from notes) as notes`.execute(db.reader(after));
    const [row] = rows;
    const all = [servers().url, ...servers().replicas];
    return { url: all.find((url) => url.includes(`:${row?.port}/`)), notes: row?.notes ?? -1 };
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Waits until each replica has answered a read that must see `token`. */
  async function allCaughtUp(token: ReadToken): Promise<void> {
    const seen = new Set<string | undefined>();
    await until(async () => {
      seen.add((await read(token)).url);
      return servers().replicas.every((url) => seen.has(url));
    });
  }

  it('spreads reads over the replicas', async () => {
    const token = await note();
    await allCaughtUp(token);
    const { url, notes } = await read(token);
    expect(servers().replicas).toContain(url);
    expect(notes).toBe(lastId);
  });

  it('sees every write at once by its token, 200 times', async () => {
    let fromReplica = 0;
    for (let round = 0; round < 200; round++) {
      const { url, notes } = await read(await note());
      expect(notes).toBe(lastId);
      if (url !== servers().url) fromReplica++;
    }
    expect(fromReplica).toBeGreaterThan(0);
  });

  it('goes to the primary while no replica has replayed the write, and back when one has', async () => {
    await allCaughtUp(await note());
    await servers().pauseReplay(0);
    await servers().pauseReplay(1);
    const old = lastId;
    const token = await note();
    // That the replicas really are behind: without this the test could not fail.
    await until(async () => (await read()).url !== servers().url);
    expect((await read()).notes).toBe(old);
    for (let round = 0; round < 10; round++) expect(await read(token)).toEqual({ url: servers().url, notes: lastId });
    await servers().resumeReplay(0);
    await servers().resumeReplay(1);
    await until(async () => servers().replicas.includes((await read(token)).url ?? ''));
    expect((await read(token)).notes).toBe(lastId);
  });

  it('drops a replica that dies in the midst of reads, and takes it back when it lives', async () => {
    const token = await note();
    const [first = ''] = servers().replicas;
    await until(async () => (await read(token)).url === first);
    const done = new AbortController();
    const readers = Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) expect((await read(token)).notes).toBe(lastId);
    });
    await servers().killReplica(0);
    for (let round = 0; round < 20; round++) expect((await read(token)).url).not.toBe(first);
    done.abort();
    await Promise.all(readers);
    await servers().restartReplica(0);
    await until(async () => (await read(token)).url === first);
  });

  it('opens with a replica that is down, and never reads from a server that is no standby', async () => {
    await servers().killReplica(1);
    const other = await openPostgres({ url: servers().url, replicas: [servers().replicas[1] ?? '', servers().url] });
    const { rows } = await sql<{ port: string }>`select current_setting('port') as port`.execute(other.reader());
    expect(servers().url).toContain(`:${rows[0]?.port}/`);
    await other.close();
    await servers().restartReplica(1);
  });

  it('refuses a token that it never gave out', () => {
    expect(() => db.reader("0/1' or true")).toThrow(/read token/);
  });
});
