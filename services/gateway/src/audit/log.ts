import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';
import { sql } from 'kysely';

import type { GatewayTables } from '../auth/tables.ts';
import type { AuditTables } from './schema.ts';

/** What the audit log needs. */
export interface AuditLogDeps {
  readonly database: Database;
  readonly now: () => number;
  readonly ids: () => string;
  readonly logger: Logger;
}

/** Who did what, as far as it is known yet. A handler adds what it finds out: the id of what it made, who logged in. */
export interface AuditDraft {
  tenant: string;
  subject: string;
  userId: string | null;
  readonly action: string;
  target: string;
  readonly ip: string;
  /** JSON. */
  readonly detail: string;
}

/** An entry of the log as it may be shown. */
export interface AuditEntry {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly subject: string;
  readonly userName: string | null;
  readonly action: string;
  readonly target: string;
  /** HTTP status; null: begun, and either under way or cut off by a crash. */
  readonly status: number | null;
  readonly ip: string;
  /** JSON. */
  readonly detail: string;
}

/** What to look for. Times are epoch milliseconds, `since` included, `until` not. */
export interface AuditFilter {
  readonly limit: number;
  /** `nextPage` of the page before; empty: the first one. */
  readonly page: string;
  /** Empty: all. */
  readonly subject: string;
  /** An action, or with a dot at its end all that begin with it. Empty: all. */
  readonly action: string;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const DAY_MS = 86_400_000;

/** The record of who did what: every entry is on disk before the change that it tells of is made. */
export class AuditLog {
  readonly #deps: AuditLogDeps;
  readonly #writing = new Set<Promise<void>>();

  constructor(deps: AuditLogDeps) {
    this.#deps = deps;
  }

  get #db() {
    return this.#deps.database.writer<AuditTables & GatewayTables>();
  }

  /**
   * Writes down that something is about to be done; resolves when that is durable.
   *
   * @returns the id of the entry, for `finish`.
   * @throws HoldfastError of the database: then it must not be done.
   */
  async begin(draft: AuditDraft): Promise<string> {
    return this.#insert(draft, null);
  }

  /** Adds how it ended. In the background: the answer does not wait for it, `settled` does. */
  finish(id: string, { subject, target, tenant, userId }: AuditDraft, status: number): void {
    const change = { subject, target, tenant, user_id: userId, status };
    this.#background(this.#db.updateTable('gateway_audit').set(change).where('id', '=', id).execute(), id);
  }

  /** Writes down what was refused before it began. In the background. */
  refuse(draft: AuditDraft, status: number): void {
    this.#background(this.#insert(draft, status), draft.action);
  }

  /** Resolves when all that was handed over is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  /**
   * A page of the entries of a tenant, newest first.
   *
   * @throws HoldfastError INVALID_ARGUMENT for a page that none of ours has named.
   */
  async list(tenant: string, filter: AuditFilter): Promise<{ entries: AuditEntry[]; nextPage: string }> {
    // Who has done something and then looks must see how it ended.
    await this.settled();
    const { action, limit, page, since, subject, until } = filter;
    let query = this.#db
      .selectFrom('gateway_audit as audit')
      .leftJoin('gateway_user as user', 'user.id', 'audit.user_id')
      .select(['audit.id', 'audit.at', 'audit.subject', 'user.name as userName', 'audit.action'])
      .select(['audit.target', 'audit.status', 'audit.ip', 'audit.detail'])
      .where('audit.tenant', '=', tenant)
      .orderBy('audit.at', 'desc')
      .orderBy('audit.id', 'desc')
      .limit(limit + 1);
    if (subject !== '') query = query.where('audit.subject', '=', subject);
    if (action.endsWith('.')) query = query.where(sql`substr(audit.action, 1, ${action.length})`, '=', action);
    else if (action !== '') query = query.where('audit.action', '=', action);
    if (since !== undefined) query = query.where('audit.at', '>=', since);
    if (until !== undefined) query = query.where('audit.at', '<', until);
    if (page !== '') {
      const last = placeOf(page);
      query = query.where((where) =>
        where.or([
          where('audit.at', '<', last.at),
          where.and([where('audit.at', '=', last.at), where('audit.id', '<', last.id)]),
        ]),
      );
    }
    const rows = await query.execute();
    const entries = rows.slice(0, limit);
    const last = entries.at(-1);
    return { entries, nextPage: last && rows.length > limit ? `${last.at}.${last.id}` : '' };
  }

  /** Deletes what is older than that many days; resolves to how many entries that were. */
  async prune(keepDays: number): Promise<number> {
    const before = this.#deps.now() - keepDays * DAY_MS;
    const { numDeletedRows } = await this.#db
      .deleteFrom('gateway_audit')
      .where('at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async #insert({ userId, ...draft }: AuditDraft, status: number | null): Promise<string> {
    const id = this.#deps.ids();
    const row = { ...draft, id, at: this.#deps.now(), user_id: userId, status };
    await this.#db.insertInto('gateway_audit').values(row).execute();
    return id;
  }

  #background(work: Promise<unknown>, entry: string): void {
    const write = work.then(
      () => undefined,
      (error: unknown) => this.#deps.logger.error({ err: error, entry }, 'The audit log could not be completed.'),
    );
    this.#writing.add(write);
    void write.finally(() => this.#writing.delete(write));
  }
}

function placeOf(page: string): { at: number; id: string } {
  const match = /^(\d{1,15})\.([\w-]{1,100})$/.exec(page);
  if (match?.[1] !== undefined && match[2] !== undefined) return { at: Number(match[1]), id: match[2] };
  throw new HoldfastError('INVALID_ARGUMENT', 'There is no such page: give the next_page of the page before.');
}
