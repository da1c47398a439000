import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import { sql } from 'kysely';

import type { Identity } from './identity.ts';
import { isAtLeast, isRole, type Role } from './roles.ts';
import { statement } from './secrets.ts';
import type { GatewayTables } from './tables.ts';

/** A user as it may be shown. Times are epoch milliseconds. */
export interface UserInfo {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly tenant: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

/** The users of the tenants: who they are and what they may do. */
export class Users {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  get #db() {
    return this.#database.writer<GatewayTables>();
  }

  #select() {
    return this.#db
      .selectFrom('gateway_member as member')
      .innerJoin('gateway_user as user', 'user.id', 'member.user_id')
      .select(['user.id', 'user.name', 'user.email', 'member.tenant', 'member.role'])
      .select(['member.created_at as createdAt', 'member.disabled_at as disabledAt']);
  }

  /** One user, whatever the tenant; undefined if there is none. */
  async get(id: string): Promise<UserInfo | undefined> {
    const row = await this.#select().where('user.id', '=', id).executeTakeFirst();
    return row && isRole(row.role) ? { ...row, role: row.role } : undefined;
  }

  /** The tenant of whoever logs in with this address; undefined where nobody does. */
  async tenantOf(email: string): Promise<string | undefined> {
    if (email === '') return undefined;
    return (await this.#select().where('user.email', '=', email.toLowerCase()).executeTakeFirst())?.tenant;
  }

  /** The users of a tenant, oldest first. */
  async list(tenant: string): Promise<UserInfo[]> {
    const rows = await this.#select().where('member.tenant', '=', tenant).orderBy('member.created_at').execute();
    return rows.flatMap((row) => (isRole(row.role) ? { ...row, role: row.role } : []));
  }

  /** Changes what a user is called. Whoever asks is that user. */
  async rename(id: string, name: string): Promise<void> {
    const updatedAt = new Date(this.#now()).toISOString();
    await this.#db.updateTable('gateway_user').set({ name, updatedAt }).where('id', '=', id).execute();
  }

  /**
   * Sets a user's role, or disables or enables the user. Who is disabled is logged out at once, and so are the user's
   * API keys.
   *
   * @throws HoldfastError NOT_FOUND; PERMISSION_DENIED for somebody, or a role, above one's own, and for disabling
   * oneself; FAILED_PRECONDITION where no owner would be left.
   */
  async change(by: Identity, id: string, wanted: { role?: Role; disabled?: boolean }): Promise<UserInfo> {
    const user = await this.get(id);
    if (!user || user.tenant !== by.tenant) throw new HoldfastError('NOT_FOUND', `There is no user ${id}.`);
    const role = wanted.role ?? user.role;
    const disabled = wanted.disabled ?? user.disabledAt !== null;
    if (!isAtLeast(by.role, user.role) || !isAtLeast(by.role, role)) {
      throw new HoldfastError('PERMISSION_DENIED', `You are ${by.role}: only an owner changes an owner, or makes one.`);
    }
    if (disabled && by.userId === id) {
      throw new HoldfastError('PERMISSION_DENIED', 'You cannot disable yourself: ask another admin or owner.');
    }
    const losesOwner = user.role === 'owner' && (role !== 'owner' || disabled);
    const others = sql<number>`(select count(*) from gateway_member as other where other.tenant = ${user.tenant}
      and other.role = 'owner' and other.disabled_at is null and other.user_id <> ${id})`;
    const disabledAt = disabled ? (user.disabledAt ?? this.#now()) : null;
    const update = this.#db
      .updateTable('gateway_member')
      .set({ role, disabled_at: disabledAt })
      .where('user_id', '=', id)
      .$if(losesOwner, (query) => query.where(others, '>', 0));
    const logout = this.#db.deleteFrom('gateway_session').where('userId', '=', id);
    try {
      await this.#database.transact([
        statement(update, { expect: 1, otherwise: 'FAILED_PRECONDITION' }),
        ...(disabled ? [statement(logout)] : []),
      ]);
    } catch (error) {
      if (!losesOwner || !HoldfastError.has(error, 'FAILED_PRECONDITION')) throw error;
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        'Nothing was changed: no owner would be left. Make another first.',
        {
          cause: error,
        },
      );
    }
    return { ...user, role, disabledAt };
  }
}
