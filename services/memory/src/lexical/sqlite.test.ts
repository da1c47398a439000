import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite } from '@holdfast/storage';
import { sql } from 'kysely';
import { expect, it } from 'vitest';

import { describeLexical, type LexicalSubject } from './conformance.ts';
import { createSqliteLexical } from './sqlite.ts';

async function openSubject(): Promise<LexicalSubject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-lexical-'));
  const database = await openSqlite({ dataDir });
  const index = createSqliteLexical(database);
  await database.migrate(index.schema);
  return {
    database,
    index,
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describeLexical('SQLite', openSubject);

it('ME-3 purging takes the terms of removed documents out of the index', async () => {
  const { database, index, close } = await openSubject();
  const scope = { tenant: 't', user: '', agent: '' };
  const termsWith = async (part: string) => {
    const { rows } = await sql`select term from memory_lexical_vocabulary where instr(term, ${part}) > 0`.execute(
      database.reader(),
    );
    return rows.length;
  };
  await database.transact(index.put({ seq: 1, scope, own: ['passport'], near: ['number'] }));
  await database.transact(index.put({ seq: 2, scope, own: ['kept'], near: [] }));
  await database.transact([...index.remove(1), ...index.purge()]);
  expect([await termsWith('passport'), await termsWith('number'), await termsWith('kept')]).toEqual([0, 0, 1]);
  // A single segment with one more that was removed.
  await database.transact(index.put({ seq: 3, scope, own: ['another'], near: [] }));
  await database.transact(index.purge());
  await database.transact([...index.remove(3), ...index.purge()]);
  expect([await termsWith('another'), await termsWith('kept')]).toEqual([0, 1]);
  const { rows } = await sql`select 1 from memory_lexical_fts_data where instr(block, ${Buffer.from('passport')}) > 0
    or instr(block, ${Buffer.from('another')}) > 0`.execute(database.reader());
  expect(rows).toEqual([]);
  await close();
});

it('ME-2 knows how many documents there are without counting them', async () => {
  const { database, index, close } = await openSubject();
  const scope = { tenant: 't', user: '', agent: '' };
  const viewer = { ...scope, everybody: true };
  const put = (from: number, to: number) =>
    database.transact(
      Array.from({ length: to - from }, (_, n) =>
        index.put({ seq: from + n, scope, own: ['common', from + n < 25 ? 'rare' : 'other'], near: [] }),
      ).flat(),
    );
  await put(0, 5000);
  const common = async () => {
    const terms = ['rare', 'common'].map((term) => ({ term, weight: 1 }));
    const alone = await index.search(viewer, terms.slice(0, 1), 1);
    const both = await index.search(viewer, terms, 1);
    return (both[0]?.score ?? 0) - (alone[0]?.score ?? 0);
  };
  // All 5,000 have it: it says next to nothing.
  expect(await common()).toBeLessThan(0.001);
  await database.transact(
    Array.from({ length: 20_000 }, (_, n) => index.put({ seq: 10_000 + n, scope, own: ['x'], near: [] })).flat(),
  );
  // Now a fifth of 25,000.
  expect(await common()).toBeCloseTo(Math.log(1 + 20_000.5 / 5000.5), 2);
  await close();
});

it('ME-2 writes a batch of documents out once, not after each of them', async () => {
  const { database, index, close } = await openSubject();
  const scope = { tenant: 't', user: '', agent: '' };
  await database.transact(
    Array.from({ length: 500 }, (_, n) =>
      index.put({ seq: n + 1, scope, own: [`word${n}`, 'common'], near: [] }),
    ).flat(),
  );
  const segments = async () => {
    const { rows } = await sql`select distinct segid from memory_lexical_fts_idx`.execute(database.reader());
    return rows.length;
  };
  expect(await segments()).toBe(1);
  // The same for documents that are there already.
  await database.transact(
    Array.from({ length: 500 }, (_, n) => index.put({ seq: n + 1, scope, own: [`again${n}`], near: [] })).flat(),
  );
  expect(await segments()).toBeLessThanOrEqual(2);
  await close();
});
