import { change, type Database, type Dialect, type Schema, select, statement } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

import { budgetExceeded, type Ledger } from './ledger.ts';

/** The tables of what tools have cost. Every row is of one tenant. */
export const USAGE_SCHEMA: Schema = { service: 'toolusage', migrations: { '001-usage': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  // Byte order, as SQLite compares: listings are sorted by it.
  const text = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await sql`create table tool_spending (
    tenant text not null,
    scope text not null,
    budget text not null,
    micros ${integer} not null,
    primary key (tenant, scope, budget)
  )`.execute(db);
  await sql`create table tool_usage (
    tenant text not null,
    day ${text} not null,
    tool ${text} not null,
    calls ${integer} not null,
    failed ${integer} not null,
    micros ${integer} not null,
    primary key (tenant, day, tool)
  )`.execute(db);
}

const RESERVE = `insert into tool_spending (tenant, scope, budget, micros) values (?, ?, ?, ?)
  on conflict (tenant, scope, budget) do update set micros = tool_spending.micros + excluded.micros
  where tool_spending.micros + excluded.micros <= ?`;
const COUNT = `insert into tool_usage (tenant, day, tool, calls, failed, micros) values (?, ?, ?, 1, ?, ?)
  on conflict (tenant, day, tool) do update set calls = tool_usage.calls + 1,
  failed = tool_usage.failed + excluded.failed, micros = tool_usage.micros + excluded.micros`;

/** A ledger in the database, whose tables are {@link USAGE_SCHEMA}: a restart does not give money back. */
export function createSqlLedger(database: Database): Ledger {
  return {
    async reserve(tenant, reservations) {
      // What is inserted meets no condition of the statement.
      if (reservations.some(({ micros, limit }) => micros > limit)) throw budgetExceeded();
      if (reservations.length === 0) return;
      // Always in the same order, so that no two wait for each other.
      const ordered = reservations.toSorted((a, b) => (a.scope + a.budget < b.scope + b.budget ? -1 : 1));
      await database.transact(
        ordered.map(({ scope, budget, micros, limit }) =>
          statement(database, RESERVE, [tenant, scope, budget, micros, limit], {
            expect: 1,
            otherwise: 'LIMIT_EXCEEDED',
          }),
        ),
      );
    },
    async spent(tenant, scope) {
      const text = 'select budget, micros from tool_spending where tenant = ? and scope = ?';
      const rows = await select(database, text, [tenant, scope]);
      return new Map(rows.map(({ budget, micros }) => [String(budget), Number(micros)]));
    },
    async count({ tenant, day, tool, failed, micros }) {
      await change(database, COUNT, [tenant, day, tool, failed ? 1 : 0, micros]);
    },
    async usage(tenant, since) {
      const text =
        'select day, tool, calls, failed, micros from tool_usage where tenant = ? and day >= ? order by day, tool';
      const rows = await select(database, text, [tenant, since]);
      return rows.map(({ day, tool, calls, failed, micros }) => ({
        day: String(day),
        tool: String(tool),
        calls: Number(calls),
        failed: Number(failed),
        micros: Number(micros),
      }));
    },
    async forget(tenant, scope) {
      await change(database, 'delete from tool_spending where tenant = ? and scope = ?', [tenant, scope]);
    },
  };
}
