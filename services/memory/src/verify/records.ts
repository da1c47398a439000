import { change, type Database, inGroups, marks, select, transact } from '@holdfast/storage';

import type { LexicalIndex } from '../lexical/lexical.ts';
import type { Records } from '../records/records.ts';
import { type Check, compareKeys, type KeyPages } from './check.ts';

/** Keys of a query that ends with `seq > ? order by seq limit ?`. */
function keysOf(database: Database, sql: string, params: readonly string[] = []): KeyPages {
  return async (after, limit) => {
    const rows = await select(database, sql, [...params, after, limit]);
    return rows.map((row) => Number(row['seq']));
  };
}

/** The keys of all active memories. */
export function activeKeys(database: Database): KeyPages {
  return keysOf(
    database,
    `select seq from memory_record where ${database.dialect === 'sqlite' ? '+' : ''}state = 'active' and seq > ?
      order by seq limit ?`,
  );
}

/** The keys of active memories with a vector of this embedder. */
export function vectorKeys(database: Database, embedder: string): KeyPages {
  return keysOf(
    database,
    `select v.seq from memory_vector v join memory_record r on r.seq = v.seq
      where v.embedder = ? and r.state = 'active' and v.seq > ? order by v.seq limit ?`,
    [embedder],
  );
}

/** The lexical index holds the active memories, all of them and nothing else. */
export function lexicalCheck(database: Database, records: Records, lexical: LexicalIndex): Check {
  const compare = () => compareKeys(activeKeys(database), (after, limit) => lexical.seqs(after, limit));
  return {
    name: 'lexical = records',
    async run(repair) {
      const { expected, found, missing, extra } = await compare();
      const ok = missing.length + extra.length === 0;
      const verdict = `${missing.length} are missing, ${extra.length} should not be there.`;
      if (ok || !repair) return { ok, verdict: ok ? 'They agree.' : verdict, expected, found, repaired: false };
      for (const seqs of inGroups(extra))
        await transact(
          database,
          seqs.flatMap((seq) => lexical.remove(seq)),
        );
      for (const seqs of inGroups(missing)) await records.reindex(seqs);
      const after = await compare();
      const repaired = after.missing.length + after.extra.length === 0;
      return { ok: repaired, verdict, expected: after.expected, found: after.found, repaired };
    },
  };
}

/** Each active memory has a vector of the embedder that serves, made from what it says now, or waits for one. */
export function vectorsCheck(database: Database, embedder: () => Promise<string>): Check {
  const neither = `from memory_record r where r.state = 'active'
    and not exists (select 1 from memory_vector v where v.embedder = ? and v.seq = r.seq and v.revision = r.shape)
    and not exists (select 1 from memory_pending p where p.embedder = ? and p.seq = r.seq)`;
  return {
    name: 'vectors = records',
    async run(repair) {
      const id = await embedder();
      const number = async (sql: string, ...params: string[]) =>
        Number((await select(database, sql, params))[0]?.['n'] ?? 0);
      const expected = await number(`select count(*) as n from memory_record where state = 'active'`);
      const lost = await number(`select count(*) as n ${neither}`, id, id);
      const waiting = await number('select count(*) as n from memory_pending where embedder = ?', id);
      const found = expected - lost;
      if (lost === 0) {
        const verdict = waiting === 0 ? 'They agree.' : `They agree; ${waiting} wait to be embedded.`;
        return { ok: true, verdict, expected, found, repaired: false };
      }
      const verdict = `${lost} have no vector and do not wait for one.`;
      if (!repair) return { ok: false, verdict, expected, found, repaired: false };
      await change(
        database,
        `insert into memory_pending (embedder, seq) select cast(? as text), r.seq ${neither} on conflict do nothing`,
        [id, id, id],
      );
      return { ok: true, verdict: `${verdict} They wait now.`, expected, found: expected, repaired: true };
    },
  };
}

/** What is archived into a memory says so of one that is there. */
export function originalsCheck(database: Database): Check {
  const lost = `r.archived_into <> '' and (r.state <> 'archived' or not exists (
    select 1 from memory_record i where i.tenant = r.tenant and i.id = r.archived_into))`;
  return {
    name: 'originals = summaries',
    async run(repair) {
      const [row] = await select(
        database,
        `select count(*) as n, coalesce(sum(case when ${lost} then 1 else 0 end), 0) as lost
          from memory_record r where r.archived_into <> ''`,
        [],
      );
      const [expected, wrong] = [Number(row?.['n']), Number(row?.['lost'])];
      const verdict = wrong === 0 ? 'They agree.' : `${wrong} are archived into a memory that is not there.`;
      if (wrong === 0 || !repair) {
        return { ok: wrong === 0, verdict, expected, found: expected - wrong, repaired: false };
      }
      // They stay archived, and can be restored by hand.
      await change(
        database,
        `update memory_record set archived_into = '' where seq in (select r.seq from memory_record r where ${lost})`,
        [],
      );
      return { ok: true, verdict, expected: expected - wrong, found: expected - wrong, repaired: true };
    },
  };
}

/** Nothing is kept of memories that are not there. */
export function orphansCheck(database: Database): Check {
  const tables = ['memory_visit', 'memory_vector', 'memory_pending'];
  return {
    name: 'no orphans',
    async run(repair) {
      const seqs = new Set<number>();
      for (const table of tables) {
        const rows = await select(
          database,
          `select distinct t.seq from ${table} t where not exists (
            select 1 from memory_record r where r.seq = t.seq${table === 'memory_pending' ? " and r.state = 'active'" : ''})`,
          [],
        );
        for (const row of rows) seqs.add(Number(row['seq']));
      }
      const found = seqs.size;
      const verdict = found === 0 ? 'There are none.' : `Rows of ${found} memories that are not there.`;
      if (found === 0 || !repair) return { ok: found === 0, verdict, expected: 0, found, repaired: false };
      for (const group of inGroups([...seqs])) {
        for (const table of tables) {
          await change(
            database,
            `delete from ${table} where seq in (${marks(group.length)}) and not exists (
              select 1 from memory_record r where r.seq = ${table}.seq${table === 'memory_pending' ? " and r.state = 'active'" : ''})`,
            group,
          );
        }
      }
      return { ok: true, verdict, expected: 0, found: 0, repaired: true };
    },
  };
}
