import { change, type Database } from '@holdfast/storage';

/** So many keys are taken ahead at least: what is left of them at the end stays unused. */
const AHEAD = 256;

/** Gives keys that no memory had before, in any process. */
export interface Keys {
  /** So many keys, rising; each call's are above those of the calls before it in this process. */
  take(count: number): Promise<readonly number[]>;
}

/** Keys from the database, some ahead. */
export function createKeys(database: Database): Keys {
  let next = 1;
  let last = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const take = async (count: number) => {
    if (last - next + 1 < count) {
      const more = Math.max(count, AHEAD);
      const [row] = await change(database, `update memory_counter set n = n + ? where name = 'seq' returning n`, [
        more,
      ]);
      last = Number(row?.['n']);
      next = last - more + 1;
    }
    const from = next;
    next += count;
    return Array.from({ length: count }, (_, at) => from + at);
  };
  return {
    take(count) {
      const mine = turn.then(() => take(count));
      // A failure is told to whoever asked; the next one asks anew.
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
