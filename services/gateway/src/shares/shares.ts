import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';

import { keptSecret } from '../auth/kept-secret.ts';
import type { ShareTables } from './schema.ts';
import { formatShareToken, readShareToken } from './token.ts';

/** A share as people of its tenant see it. Times are epoch milliseconds. */
export interface Share {
  readonly id: string;
  readonly tenant: string;
  readonly runId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly views: number;
}

/** What shares need. */
export interface SharesDeps {
  readonly database: Database;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly ids: () => string;
  readonly random: (bytes: number) => Uint8Array;
}

/** Links by which strangers may read one run: signed, expiring, revocable, counted. */
export class Shares {
  readonly #deps: SharesDeps;
  #secret: Promise<string> | undefined;

  constructor(deps: SharesDeps) {
    this.#deps = deps;
  }

  /** Makes one; the token is nowhere stored. */
  async create(
    by: { tenant: string; subject: string },
    runId: string,
    lifetimeMs: number,
  ): Promise<Share & { token: string }> {
    const { ids, now } = this.#deps;
    const share: Share = {
      id: ids().replaceAll('-', ''),
      tenant: by.tenant,
      runId,
      createdBy: by.subject,
      createdAt: now(),
      expiresAt: now() + lifetimeMs,
      revokedAt: null,
      views: 0,
    };
    const token = formatShareToken(await this.#signingSecret(), share.id);
    await this.#db
      .insertInto('gateway_share')
      .values({
        id: share.id,
        tenant: share.tenant,
        run_id: runId,
        created_by: share.createdBy,
        created_at: share.createdAt,
        expires_at: share.expiresAt,
        revoked_at: null,
        views: 0,
      })
      .execute();
    return { ...share, token };
  }

  /** Those of a run, newest first, also what has expired or was revoked. */
  async list(tenant: string, runId: string): Promise<Share[]> {
    const rows = await this.#select()
      .where('tenant', '=', tenant)
      .where('run_id', '=', runId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows;
  }

  /**
   * Ends one at once. What is revoked already stays as it is.
   *
   * @throws HoldfastError NOT_FOUND where this run of this tenant has no such share.
   */
  async revoke(tenant: string, runId: string, id: string): Promise<void> {
    const share = await this.#select()
      .where('tenant', '=', tenant)
      .where('run_id', '=', runId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!share) throw new HoldfastError('NOT_FOUND', 'This run has no such share. Nothing was revoked.');
    await this.#db
      .updateTable('gateway_share')
      .set({ revoked_at: this.#deps.now() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** The share that a token opens now, and counts the look at it; undefined for one that opens nothing. */
  async open(token: string): Promise<Share | undefined> {
    const id = readShareToken(await this.#signingSecret(), token);
    if (id === undefined) return undefined;
    const share = await this.#select().where('id', '=', id).executeTakeFirst();
    if (!share || share.revokedAt !== null || share.expiresAt <= this.#deps.now()) return undefined;
    await this.#db
      .updateTable('gateway_share')
      .set((row) => ({ views: row('views', '+', 1) }))
      .where('id', '=', id)
      .execute();
    return share;
  }

  get #db() {
    return this.#deps.database.writer<ShareTables>();
  }

  #select() {
    return this.#db
      .selectFrom('gateway_share')
      .select(['id', 'tenant', 'views', 'run_id as runId', 'created_by as createdBy'])
      .select(['created_at as createdAt', 'expires_at as expiresAt', 'revoked_at as revokedAt']);
  }

  #signingSecret(): Promise<string> {
    this.#secret ??= keptSecret(this.#deps, 'share_secret').catch((error: unknown) => {
      this.#secret = undefined;
      throw error;
    });
    return this.#secret;
  }
}
