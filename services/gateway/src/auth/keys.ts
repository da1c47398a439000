import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';

import type { Identity } from './identity.ts';
import { isAtLeast, isRole, isScope, lesserRole, type Role, type Scope, scopesOf } from './roles.ts';
import { formatKey, hashSecret, newSecret, parseKey, sameHash } from './secrets.ts';
import type { GatewayTables } from './tables.ts';

const LAST_USED_EVERY_MS = 60_000;
const NO_HASH = hashSecret('');

/** What the key store needs. */
export interface KeysDeps {
  readonly database: Database;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** An API key as it may be shown: without its secret. Times are epoch milliseconds. */
export interface KeyInfo {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** What a new key is to be. */
export interface NewKey {
  readonly name: string;
  readonly role: Role;
  /** Left out: all that the role gives. */
  readonly scopes?: readonly Scope[] | undefined;
  /** Epoch milliseconds; left out: it does not expire. */
  readonly expiresAt?: number | undefined;
}

/** API keys: random, stored as a hash, bounded by a role and by the user who answers for them. */
export class Keys {
  readonly #deps: KeysDeps;

  constructor(deps: KeysDeps) {
    this.#deps = deps;
  }

  get #db() {
    return this.#deps.database.writer<GatewayTables>();
  }

  /**
   * Makes a key and shows it, once.
   *
   * @throws HoldfastError PERMISSION_DENIED where it would hold more than its maker; INVALID_ARGUMENT where it would
   * have expired already, or asks for a scope that its role does not give.
   */
  async create(by: Identity, wanted: NewKey): Promise<{ key: string; info: KeyInfo }> {
    const { now, random } = this.#deps;
    const { name, role, expiresAt } = wanted;
    if (!isAtLeast(by.role, role)) {
      throw new HoldfastError('PERMISSION_DENIED', `You are ${by.role}: you cannot make a key for the role ${role}.`);
    }
    const allowed = scopesOf(role);
    const foreign = wanted.scopes?.find((scope) => !allowed.includes(scope));
    if (foreign) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `The role ${role} does not give ${foreign}; it gives ${allowed.join(', ')}.`,
      );
    }
    const scopes = [...new Set(wanted.scopes ?? allowed.filter((scope) => by.scopes.has(scope)))];
    const beyond = scopes.find((scope) => !by.scopes.has(scope));
    if (beyond) {
      throw new HoldfastError('PERMISSION_DENIED', `You do not hold ${beyond} yourself: you cannot give it to a key.`);
    }
    if (expiresAt !== undefined && expiresAt <= now()) {
      throw new HoldfastError('INVALID_ARGUMENT', 'The key would have expired already: expires_at lies in the past.');
    }
    const id = Buffer.from(random(8)).toString('hex');
    const secret = newSecret(random);
    const row: GatewayTables['gateway_key'] = {
      id,
      tenant: by.tenant,
      name,
      role,
      scopes: JSON.stringify(scopes),
      hash: hashSecret(secret),
      user_id: by.userId,
      created_by: by.subject,
      created_at: now(),
      expires_at: expiresAt ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    await this.#db.insertInto('gateway_key').values(row).execute();
    return { key: formatKey(id, secret), info: infoOf(row) };
  }

  /** The keys of a tenant that were not revoked, newest first. */
  async list(tenant: string): Promise<KeyInfo[]> {
    const rows = await this.#db
      .selectFrom('gateway_key')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(infoOf);
  }

  /**
   * Ends a key at once.
   *
   * @throws HoldfastError NOT_FOUND; PERMISSION_DENIED for a key of a more powerful role.
   */
  async revoke(by: Identity, id: string): Promise<void> {
    const row = await this.#db
      .selectFrom('gateway_key')
      .select('role')
      .where('id', '=', id)
      .where('tenant', '=', by.tenant)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row) throw new HoldfastError('NOT_FOUND', `There is no API key ${id}.`);
    if (!isRole(row.role) || !isAtLeast(by.role, row.role)) {
      throw new HoldfastError(
        'PERMISSION_DENIED',
        `You are ${by.role}: you cannot revoke a key of the role ${row.role}.`,
      );
    }
    await this.#db
      .updateTable('gateway_key')
      .set({ revoked_at: this.#deps.now() })
      .where('id', '=', id)
      .where('tenant', '=', by.tenant)
      .execute();
  }

  /** Who holds this key; undefined if it is not one, was revoked, has expired, or its user is disabled. */
  async identify(text: string): Promise<Identity | undefined> {
    const parsed = parseKey(text);
    if (!parsed) return undefined;
    const now = this.#deps.now();
    const row = await this.#db
      .selectFrom('gateway_key as key')
      .leftJoin('gateway_member as member', 'member.user_id', 'key.user_id')
      .selectAll('key')
      .select(['member.role as member_role', 'member.disabled_at as member_disabled_at'])
      .where('key.id', '=', parsed.id)
      .executeTakeFirst();
    // The comparison is made for an unknown id too, so that time does not tell which ids there are.
    const same = sameHash(hashSecret(parsed.secret), row?.hash ?? NO_HASH);
    if (!row || !same || row.revoked_at !== null) return undefined;
    if (row.expires_at !== null && row.expires_at <= now) return undefined;
    if (row.member_disabled_at !== null || !isRole(row.role)) return undefined;
    if (row.user_id !== null && !isRole(row.member_role)) return undefined;
    if (row.last_used_at === null || now - row.last_used_at >= LAST_USED_EVERY_MS) {
      await this.#db.updateTable('gateway_key').set({ last_used_at: now }).where('id', '=', row.id).execute();
    }
    const role = isRole(row.member_role) ? lesserRole(row.role, row.member_role) : row.role;
    const scopes = new Set(infoOf(row).scopes.filter((scope) => scopesOf(role).includes(scope)));
    return { kind: 'key', subject: `key:${row.id}`, tenant: row.tenant, role, scopes, userId: row.user_id };
  }
}

function infoOf(row: GatewayTables['gateway_key']): KeyInfo {
  const scopes: unknown = JSON.parse(row.scopes);
  return {
    id: row.id,
    name: row.name,
    role: isRole(row.role) ? row.role : 'viewer',
    scopes: Array.isArray(scopes) ? scopes.filter(isScope) : [],
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
