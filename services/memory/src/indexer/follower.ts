import { change, type Database, select } from '@holdfast/storage';

import type { MemoryChange, Records } from '../records/records.ts';

/** Somebody who follows the log of changes beside the vector indices, such as whoever links memories into the graph. */
export interface Follower {
  /** Under which it is remembered how far it has come. */
  readonly name: string;
  /** Takes changes in, in order; they may come again after a crash. What it throws is tried again later. */
  follow(changes: readonly MemoryChange[], signal: AbortSignal): Promise<void>;
}

/** So many changes are handed over at once. */
const CHANGES_AT_ONCE = 1_000;

/** A follower with its durable place in the log. */
export interface Following {
  readonly name: string;
  /** Undefined until the database was asked. */
  readonly at: number | undefined;
  /** Takes in the next changes; false: there are none. */
  step(signal: AbortSignal): Promise<boolean>;
}

/** Follows the log for a follower. */
export function createFollowing(database: Database, records: Records, follower: Follower): Following {
  let at: number | undefined;
  const begin = async () => {
    const [row] = await select(database, 'select n from memory_follower where name = ?', [follower.name]);
    return Number(row?.['n'] ?? 0);
  };
  return {
    name: follower.name,
    get at() {
      return at;
    },
    async step(signal) {
      at ??= await begin();
      const changes = await records.changes(at, CHANGES_AT_ONCE);
      const last = changes.at(-1);
      if (last === undefined) return false;
      // What became of vectors is nobody's business but the indices'.
      const mine = changes.filter(({ op }) => op !== 'embedded');
      if (mine.length > 0) await follower.follow(mine, signal);
      await change(
        database,
        `insert into memory_follower (name, n) values (?, ?) on conflict (name) do update set n = excluded.n`,
        [follower.name, last.n],
      );
      at = last.n;
      return true;
    },
  };
}
