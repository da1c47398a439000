import { sql } from 'kysely';

import type { Database, Schema } from '../database.ts';
import type { LockStore } from './locks.ts';

/** The table of locks. A row stays for ever: it is what makes the tokens of its name rise. */
export const LOCKS_SCHEMA: Schema = {
  service: 'locks',
  migrations: {
    '001-locks': async (db, dialect) => {
      const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
      await sql`create table lock_held (
        name text primary key,
        token ${integer} not null,
        holder text not null,
        held_until ${integer} not null
      )`.execute(db);
    },
  },
};

/**
 * Locks in the SQL database, which alone keeps the time: clocks of the machines that ask do not matter. A token is the
 * database's time in milliseconds, or one more than the one before it where that is higher: so it rises also for those
 * who come from locks on Redis, whose tokens are made alike.
 *
 * On PostgreSQL a token is as durable as a commit. A fail-over to a standby that had not received it can give it again
 * (use synchronous replication where that matters); what is fenced lies in the same database, and is lost with it.
 */
export function createSqlLocks(database: Database): LockStore {
  const sqlite = database.dialect === 'sqlite';
  const now = sqlite
    ? `cast(unixepoch('subsec') * 1000 as integer)`
    : `(extract(epoch from clock_timestamp()) * 1000)::bigint`;
  const larger = sqlite ? 'max' : 'greatest';
  const at = (text: string) => (sqlite ? text.replaceAll(/\$\d(::\w+)?/g, '?') : text);
  return {
    async acquire(name, holder, ttlMs) {
      const { results } = await database.transact([
        {
          sql: at(
            `insert into lock_held as l (name, token, holder, held_until)
             values ($1, ${now}, $2, ${now} + $3::bigint)
             on conflict (name) do update set
               token = ${larger}(l.token + 1, ${now}), holder = excluded.holder, held_until = excluded.held_until
             where l.held_until <= ${now}
             returning token`,
          ),
          params: [name, holder, ttlMs],
        },
      ]);
      const token = results[0]?.rows[0]?.['token'];
      return token === undefined ? undefined : { token: Number(token), validMs: ttlMs };
    },
    async extend(name, holder, ttlMs) {
      const { results } = await database.transact([
        {
          sql: at(
            `update lock_held set held_until = ${now} + $1::bigint
             where name = $2 and holder = $3 and held_until > ${now}`,
          ),
          params: [ttlMs, name, holder],
        },
      ]);
      return results[0]?.changes === 1 ? ttlMs : undefined;
    },
    async release(name, holder) {
      const { results } = await database.transact([
        {
          sql: at(
            `update lock_held set held_until = 0, holder = ''
             where name = $1 and holder = $2 and held_until > ${now}`,
          ),
          params: [name, holder],
        },
      ]);
      return results[0]?.changes === 1;
    },
    // The database belongs to whoever opened it.
    close: async () => undefined,
  };
}
