import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { change, type Database, type Row, select, type Statement, statement, transact } from '@holdfast/storage';

import type { Scope } from '../record.ts';
import { BOUNDS, checkItems, otherCount, tooMany } from './bounds.ts';
import type { Working, WorkingItem, WorkingSession } from './working.ts';

/** What the conversations in the database are made of. */
export interface SqlWorkingDeps {
  /** With WORKING_SCHEMA. */
  readonly database: Database;
  readonly ttlMs: number;
  readonly now: () => number;
}

const TRIES = 6;

/** Conversations in either SQL product. What has expired is not there, also while its rows still are. */
export function createSqlWorking({ database, ttlMs, now }: SqlWorkingDeps): Working {
  const of = (sql: string, params: Parameters<typeof statement>[2], options?: Pick<Statement, 'expect'>) =>
    statement(database, sql, params, options);

  const find = async (tenant: string, session: string): Promise<WorkingSession | undefined> => {
    const [row] = await select(
      database,
      'select * from working_session where tenant = ? and session = ? and expires_at > ?',
      [tenant, session, now()],
    );
    return row && sessionOf(row);
  };

  const removal = (tenant: string, session: string, guard = '', params: readonly number[] = []): Statement[] => [
    of(
      `delete from working_item where tenant = ? and session = ? and exists (select 1 from working_session s
        where s.tenant = working_item.tenant and s.session = working_item.session${guard})`,
      [tenant, session, ...params],
    ),
    of(`delete from working_session where tenant = ? and session = ?${guard.replaceAll('s.', '')} returning session`, [
      tenant,
      session,
      ...params,
    ]),
  ];

  /** One batch, which nobody can come between: items take their numbers where they are counted. */
  const adding = (scope: Scope, session: string, items: readonly WorkingItem[], expect: number | undefined) => {
    const at = now();
    const key = [scope.tenant, session] as const;
    const more = items.length;
    return [
      // What has expired under this name goes first: its items are no part of the new conversation.
      ...removal(scope.tenant, session, ' and s.expires_at <= ?', [at]),
      of(
        `insert into working_session (tenant, session, user_id, agent_id, items, summary, summarised, used_at, expires_at)
          values (?, ?, ?, ?, 0, '', 0, ?, ?) on conflict (tenant, session) do nothing`,
        [...key, scope.user, scope.agent, at, at + ttlMs],
      ),
      of(
        `update working_session set items = items + ?, used_at = ?, expires_at = ?
          where tenant = ? and session = ? and items <= ?${expect === undefined ? '' : ' and items = ?'}`,
        [more, at, at + ttlMs, ...key, BOUNDS.items - more, ...(expect === undefined ? [] : [expect])],
        { expect: 1 },
      ),
      ...items.map(({ role, text, at: said, attributes }, n) =>
        of(
          `insert into working_item (tenant, session, n, role, body, at, attributes)
            select tenant, session, items - ? + ?, ?, ?, ?, ? from working_session where tenant = ? and session = ?`,
          [more, n, role, text, said, JSON.stringify(attributes), ...key],
        ),
      ),
    ];
  };

  return {
    name: 'database',
    async append(scope, session, items, expect) {
      checkItems(session, items);
      for (let left = TRIES; ; left--) {
        try {
          await database.transact(adding(scope, session, items, expect));
        } catch (error) {
          if (!HoldfastError.has(error, 'CONFLICT')) throw error;
          const count = (await find(scope.tenant, session))?.count ?? 0;
          if (expect !== undefined && expect !== count) throw otherCount(session, expect, count);
          if (count + items.length > BOUNDS.items) throw tooMany(session);
          // Two transactions of PostgreSQL that met.
          if (left > 1) continue;
          throw error;
        }
        const after = await find(scope.tenant, session);
        if (after) return after;
      }
    },

    async read(tenant, session, from = 0) {
      const at = now();
      const [row] = await change(
        database,
        `update working_session set used_at = ?, expires_at = ?
          where tenant = ? and session = ? and expires_at > ? returning *`,
        [at, at + ttlMs, tenant, session, at],
      );
      if (!row) return undefined;
      const rows = await select(
        database,
        'select role, body, at, attributes from working_item where tenant = ? and session = ? and n >= ? order by n',
        [tenant, session, from],
      );
      const found = sessionOf(row);
      // What somebody adds between the two statements belongs to the next look.
      return { session: found, items: rows.slice(0, Math.max(0, found.count - from)).map(itemOf) };
    },

    async summarise(tenant, session, summary, summarised) {
      const rows = await change(
        database,
        `update working_session set summary = ?, summarised = ?
          where tenant = ? and session = ? and summarised < ? and items >= ? returning session`,
        [summary, summarised, tenant, session, summarised, summarised],
      );
      return rows.length === 1;
    },

    async list(tenant) {
      const rows = await select(
        database,
        'select * from working_session where tenant = ? and expires_at > ? order by used_at desc, session',
        [tenant, now()],
      );
      return rows.map(sessionOf);
    },

    async clear(tenant, session) {
      const [, rows = []] = await transact(database, removal(tenant, session));
      return rows.length === 1;
    },

    async eraseUser(tenant, user) {
      const [, rows = []] = await transact(database, [
        of(
          `delete from working_item where tenant = ? and session in
            (select session from working_session where tenant = ? and user_id = ?)`,
          [tenant, tenant, user],
        ),
        of('delete from working_session where tenant = ? and user_id = ? returning session', [tenant, user]),
      ]);
      return rows.length;
    },

    async sweep() {
      const at = now();
      await transact(database, [
        of(
          `delete from working_item where exists (select 1 from working_session s
            where s.tenant = working_item.tenant and s.session = working_item.session and s.expires_at <= ?)`,
          [at],
        ),
        of('delete from working_session where expires_at <= ?', [at]),
      ]);
    },

    async close() {
      // The database is its owner's to close.
    },
  };
}

function sessionOf(row: Row): WorkingSession {
  return {
    session: String(row['session']),
    scope: { tenant: String(row['tenant']), user: String(row['user_id']), agent: String(row['agent_id']) },
    count: Number(row['items']),
    summary: String(row['summary']),
    summarised: Number(row['summarised']),
    usedAt: Number(row['used_at']),
    expiresAt: Number(row['expires_at']),
  };
}

function itemOf(row: Row): WorkingItem {
  return {
    role: String(row['role']),
    text: String(row['body']),
    at: Number(row['at']),
    attributes: JSON.parse(String(row['attributes'])) as JsonObject,
  };
}
