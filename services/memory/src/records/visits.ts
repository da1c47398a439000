import { type Database, select, type Statement, statement } from '@holdfast/storage';

import type { Visit } from './records.ts';

/** So many times of recall are kept of each memory. */
export const MAX_VISITS = 50;

/** Notes recalls. In the order of keys, so that two batches never wait for one another. */
export function visited(database: Database, visits: readonly Visit[]): Statement[] {
  return visits
    .toSorted((a, b) => a.seq - b.seq)
    .flatMap(({ seq, at, strengthDays }) => [
      statement(
        database,
        `update memory_record set recalls = recalls + 1, strength_days = ?,
          last_recalled_at = case when last_recalled_at < ? then ? else last_recalled_at end,
          visited_at = case when visited_at < ? then ? else visited_at end where seq = ?`,
        [strengthDays, at, at, at, at, seq],
      ),
      statement(
        database,
        `insert into memory_visit (seq, at) select cast(? as bigint), cast(? as bigint) from memory_record
          where seq = ? on conflict do nothing`,
        [seq, at, seq],
      ),
      statement(
        database,
        `delete from memory_visit where seq = ? and at <= (
          select at from memory_visit where seq = ? order by at desc limit 1 offset ${MAX_VISITS})`,
        [seq, seq],
      ),
    ]);
}

/** See Records.visits. */
export async function visitsOf(database: Database, seq: number): Promise<readonly number[]> {
  const rows = await select(
    database,
    `select at from memory_visit where seq = ? order by at desc limit ${MAX_VISITS}`,
    [seq],
  );
  return rows.map((row) => Number(row['at']));
}
