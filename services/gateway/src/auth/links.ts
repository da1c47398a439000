import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';

import { DEFAULT_TENANT, type Identity } from './identity.ts';
import { isAtLeast, isRole, type Role } from './roles.ts';
import { hashSecret, newSecret, statement } from './secrets.ts';
import type { GatewayTables } from './tables.ts';

const LIFE_MS = 24 * 3_600_000;

/** What one-time links need. */
export interface LinksDeps {
  readonly database: Database;
  readonly now: () => number;
  readonly ids: () => string;
  readonly random: (bytes: number) => Uint8Array;
  /** argon2id. */
  readonly hashPassword: (password: string) => Promise<string>;
}

/** A link that can still be used. */
export interface OpenLink {
  readonly purpose: 'setup' | 'invite';
  readonly role: Role;
  /** The only address that may be used with it; null: any. */
  readonly email: string | null;
}

/** Who a new user is. */
export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** One-time links: the only way for a user to come to be. Only the hash of their token is stored. */
export class Links {
  readonly #deps: LinksDeps;
  #setupToken: string | undefined;

  constructor(deps: LinksDeps) {
    this.#deps = deps;
  }

  /** The token of the set-up link of this start; undefined before `forSetup`, and once there is an owner. */
  get setupToken(): string | undefined {
    return this.#setupToken;
  }

  get #db() {
    return this.#deps.database.writer<GatewayTables>();
  }

  /** Makes a token for the first owner, unless there is one. It makes earlier ones void. */
  async forSetup(): Promise<void> {
    const owner = await this.#db
      .selectFrom('gateway_member')
      .select('user_id')
      .where('role', '=', 'owner')
      .limit(1)
      .executeTakeFirst();
    await this.#db.deleteFrom('gateway_link').where('purpose', '=', 'setup').where('used_at', 'is', null).execute();
    if (owner) return;
    this.#setupToken = (await this.#store('setup', DEFAULT_TENANT, 'owner', null, 'system')).token;
  }

  /**
   * A token by which one person becomes a user of this tenant.
   *
   * @throws HoldfastError PERMISSION_DENIED for a role above one's own.
   */
  async invite(by: Identity, role: Role, email: string | null): Promise<{ token: string; expiresAt: number }> {
    if (!isAtLeast(by.role, role)) {
      throw new HoldfastError('PERMISSION_DENIED', `You are ${by.role}: you cannot invite somebody as ${role}.`);
    }
    return this.#store('invite', by.tenant, role, email?.toLowerCase() ?? null, by.subject);
  }

  /** The link of a token; undefined if there is none, it was used, or it has expired. */
  async find(token: string): Promise<OpenLink | undefined> {
    const row = await this.#find(token);
    return row && isRole(row.role) ? { purpose: row.purpose, role: row.role, email: row.email } : undefined;
  }

  /**
   * Makes the user and uses the link up, both or neither.
   *
   * @returns the id of the user.
   * @throws HoldfastError FAILED_PRECONDITION for a link that cannot be used; PERMISSION_DENIED for another address
   * than the invited one; ALREADY_EXISTS for an address that is taken.
   */
  async accept(token: string, user: NewUser): Promise<string> {
    const { database, hashPassword, ids, now } = this.#deps;
    const email = user.email.toLowerCase();
    const link = await this.#find(token);
    if (!link) throw spent();
    if (link.email !== null && link.email !== email) {
      throw new HoldfastError('PERMISSION_DENIED', 'This invitation is for another address. It was not used up.');
    }
    const taken = await this.#db.selectFrom('gateway_user').select('id').where('email', '=', email).executeTakeFirst();
    if (taken) {
      throw new HoldfastError('ALREADY_EXISTS', 'There is already a user with this address. The link was not used up.');
    }
    const password = await hashPassword(user.password);
    const id = ids();
    const at = now();
    const date = new Date(at).toISOString();
    const db = this.#db;
    await database.transact([
      statement(
        db
          .updateTable('gateway_link')
          .set({ used_at: at, used_by: id })
          .where('hash', '=', link.hash)
          .where('used_at', 'is', null)
          .where('expires_at', '>', at),
        { expect: 1, otherwise: 'FAILED_PRECONDITION' },
      ),
      statement(db.insertInto('gateway_user').values({ id, name: user.name, email, createdAt: date, updatedAt: date })),
      statement(
        db.insertInto('gateway_account').values({
          id: ids(),
          accountId: id,
          providerId: 'credential',
          userId: id,
          password,
          createdAt: date,
          updatedAt: date,
        }),
      ),
      statement(
        db
          .insertInto('gateway_member')
          .values({ user_id: id, tenant: link.tenant, role: link.role, created_at: at, disabled_at: null }),
      ),
    ]);
    if (link.purpose === 'setup') this.#setupToken = undefined;
    return id;
  }

  async #find(token: string): Promise<GatewayTables['gateway_link'] | undefined> {
    return this.#db
      .selectFrom('gateway_link')
      .selectAll()
      .where('hash', '=', hashSecret(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', this.#deps.now())
      .executeTakeFirst();
  }

  async #store(purpose: 'setup' | 'invite', tenant: string, role: Role, email: string | null, by: string) {
    const { now, random } = this.#deps;
    const token = newSecret(random);
    const at = now();
    const expiresAt = at + LIFE_MS;
    await this.#db
      .insertInto('gateway_link')
      .values({
        hash: hashSecret(token),
        purpose,
        tenant,
        role,
        email,
        created_by: by,
        created_at: at,
        expires_at: expiresAt,
        used_at: null,
        used_by: null,
      })
      .execute();
    return { token, expiresAt };
  }
}

function spent(): HoldfastError {
  return new HoldfastError(
    'FAILED_PRECONDITION',
    'This link was used already, has expired, or is not complete. Ask for a new one; a set-up link is printed anew at each start while there is no owner.',
  );
}
