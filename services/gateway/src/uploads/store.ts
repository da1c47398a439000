import { readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import { sql } from 'kysely';

import type { Identity } from '../auth/identity.ts';
import { checkFileName } from './name.ts';
import { receiveFile } from './receive.ts';
import type { UploadTables } from './schema.ts';

/** How long a file waits for a run to begin with it. */
const UNUSED_MS = 24 * 3_600_000;

/** What the store of uploaded files needs. */
export interface UploadsDeps {
  readonly database: Database;
  readonly now: () => number;
  readonly ids: () => string;
  /** They lie in its folder `uploads`. */
  readonly dataDir: string;
}

/** A file that was uploaded. */
export interface UploadInfo {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** A file that a run is about to begin with. */
export interface UploadInUse {
  readonly path: string;
  /** Takes the use back: no run began. */
  release(): Promise<void>;
}

/** Files that people upload to be inputs of runs. Each belongs to a tenant. */
export class Uploads {
  readonly #deps: UploadsDeps;
  readonly #root: string;

  constructor(deps: UploadsDeps) {
    this.#deps = deps;
    this.#root = join(deps.dataDir, 'uploads');
  }

  get #db() {
    return this.#deps.database.writer<UploadTables>();
  }

  /**
   * Takes a file in, whole or not at all.
   *
   * @param limit bytes
   * @throws HoldfastError INVALID_ARGUMENT for its name, TOO_LARGE, CANCELED, STORAGE_FULL, STORAGE_UNAVAILABLE.
   */
  async receive(by: Identity, name: string, body: Readable, limit: number): Promise<UploadInfo> {
    checkFileName(name);
    const id = this.#deps.ids();
    const folder = join(this.#root, id);
    const info = { id, name, ...(await receiveFile(folder, name, body, limit)) };
    const row = { ...info, tenant: by.tenant, created_by: by.subject, created_at: this.#deps.now(), used_at: null };
    try {
      await this.#db.insertInto('gateway_upload').values(row).execute();
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return info;
  }

  /**
   * Where a file of this tenant lies; it is kept from now on.
   *
   * @throws HoldfastError NOT_FOUND.
   */
  async use(tenant: string, id: string): Promise<UploadInUse> {
    const missing = () =>
      new HoldfastError('NOT_FOUND', `There is no upload ${id}. Files that no run uses are removed after 24 hours.`);
    const before = await this.#find(tenant, id);
    if (!before) throw missing();
    const now = this.#deps.now();
    // A mark of its own for each use, so that none takes back that of another.
    const mark = sql<number>`case when used_at >= ${now} then used_at + 1 else ${now} end`;
    const row = await this.#db
      .updateTable('gateway_upload')
      .set({ used_at: mark })
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .returning('used_at')
      .executeTakeFirst();
    if (!row) throw missing();
    return {
      path: this.#pathOf(before),
      release: async () => {
        if (before.used_at !== null) return;
        await this.#db
          .updateTable('gateway_upload')
          .set({ used_at: null })
          .where('id', '=', id)
          .where('used_at', '=', row.used_at)
          .execute();
      },
    };
  }

  /** The id of the file of this tenant that lies exactly there; undefined for any other place. */
  async idOf(tenant: string, path: string): Promise<string | undefined> {
    if (!path.startsWith(this.#root + sep)) return undefined;
    const id = path.slice(this.#root.length + 1).split(sep)[0] ?? '';
    const row = await this.#find(tenant, id);
    return row && this.#pathOf(row) === path ? id : undefined;
  }

  /** Removes what no run began with for 24 hours, and what a crash left behind. */
  async sweep(): Promise<void> {
    const before = this.#deps.now() - UNUSED_MS;
    const unused = await this.#db
      .deleteFrom('gateway_upload')
      .where('used_at', 'is', null)
      .where('created_at', '<', before)
      .returning('id')
      .execute();
    for (const { id } of unused) await rm(join(this.#root, id), { recursive: true, force: true });
    for (const folder of await foldersIn(this.#root)) {
      const path = join(this.#root, folder);
      const known = await this.#db
        .selectFrom('gateway_upload')
        .select('id')
        .where('id', '=', folder)
        .executeTakeFirst();
      if (!known && (await stat(path)).mtimeMs < before) await rm(path, { recursive: true, force: true });
    }
  }

  #find(tenant: string, id: string): Promise<UploadTables['gateway_upload'] | undefined> {
    return this.#db
      .selectFrom('gateway_upload')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
  }

  #pathOf({ id, name }: { id: string; name: string }): string {
    return join(this.#root, id, name);
  }
}

async function foldersIn(root: string): Promise<string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
