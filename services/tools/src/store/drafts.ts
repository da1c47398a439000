import { HoldfastError } from '@holdfast/protocol';
import { type Database, select, statement } from '@holdfast/storage';

import type { Content, Contents } from './content.ts';
import type { Author } from './store.ts';

/** The most parts of one upload. */
export const MAX_PARTS = 100_000;
const TRIES = 6;

/** What drafts need. */
export interface DraftDeps {
  readonly database: Database;
  readonly now: () => number;
  readonly newId: () => string;
  readonly maxBytes: number;
}

/** A content that is no version yet. */
export interface Draft {
  readonly id: string;
  /** Where it was to be written. */
  readonly path: string;
  /** Bytes of all its parts. */
  readonly size: number;
  readonly parts: readonly { readonly seq: number; readonly sha256: string; readonly size: number }[];
}

/** What waits to become a version: a write that came too late, an upload that comes in parts. Kept for some days. */
export class Drafts {
  readonly #deps: DraftDeps;
  readonly #contents: Contents;

  constructor(deps: DraftDeps, contents: Contents) {
    this.#deps = deps;
    this.#contents = contents;
  }

  /** Keeps a content, as one part, under a new id. */
  async keep(author: Author, path: string, content: Content): Promise<string> {
    const id = this.#deps.newId();
    await this.#insert(author, id, 0, path, content);
    return id;
  }

  /** An id for an upload. Nothing is stored yet. */
  begin(): string {
    return this.#deps.newId();
  }

  /**
   * Stores one part of an upload; the same part again replaces nothing and is no error.
   *
   * @param seq 0 for the first
   * @throws HoldfastError INVALID_ARGUMENT, ALREADY_EXISTS where that part is there with other bytes, and what storing throws.
   */
  async put(author: Author, id: string, seq: number, path: string, bytes: Uint8Array): Promise<void> {
    if (!/^[0-9a-f]{16,32}$/.test(id) || !Number.isInteger(seq) || seq < 0 || seq >= MAX_PARTS) {
      throw new HoldfastError('INVALID_ARGUMENT', `There is no upload "${id.slice(0, 40)}" with a part ${seq}.`);
    }
    const content = await this.#contents.take(author.tenant, [bytes], { most: this.#deps.maxBytes });
    try {
      await this.#insert(author, id, seq, path, content);
    } catch (error) {
      if (!HoldfastError.has(error, 'CONFLICT')) throw error;
      const there = (await this.#parts(author.tenant, id)).find((part) => part.seq === seq);
      if (there?.sha256 === content.sha256) return;
      throw new HoldfastError('ALREADY_EXISTS', `Part ${seq} of this upload is there with other bytes. Begin anew.`, {
        cause: error,
      });
    }
  }

  /** @throws HoldfastError NOT_FOUND; FAILED_PRECONDITION where a part is missing. */
  async get(tenant: string, id: string): Promise<Draft> {
    const parts = await this.#parts(tenant, id);
    const [first] = parts;
    if (!first) throw new HoldfastError('NOT_FOUND', `There is no draft ${id.slice(0, 40)}; they are kept for 7 days.`);
    const gap = parts.findIndex((part, i) => part.seq !== i);
    if (gap >= 0) throw new HoldfastError('FAILED_PRECONDITION', `Part ${gap} of this upload is missing. Send it.`);
    return { id, path: first.path, size: parts.reduce((sum, { size }) => sum + size, 0), parts };
  }

  /** The bytes of all parts. */
  async *read(tenant: string, { parts }: Draft): AsyncGenerator<Uint8Array> {
    for (const { sha256 } of parts) yield* this.#contents.read(tenant, sha256);
  }

  /** Forgets it; one that is not there is passed over. */
  async remove(tenant: string, id: string): Promise<void> {
    for (const { seq, sha256 } of await this.#parts(tenant, id)) {
      const gone = statement(
        this.#deps.database,
        'delete from store_draft where tenant = ? and id = ? and seq = ?',
        [tenant, id, seq],
        { expect: 1 },
      );
      await this.#deps.database.transact([gone, this.#contents.release(tenant, sha256)]).catch((error: unknown) => {
        // Another machine removes it at the same time.
        if (!HoldfastError.has(error, 'CONFLICT')) throw error;
      });
    }
  }

  async #insert(author: Author, id: string, seq: number, path: string, content: Content): Promise<void> {
    const { database, now } = this.#deps;
    for (let left = TRIES - 1; ; left--) {
      try {
        await database.transact([
          ...(await this.#contents.refer(author.tenant, content)),
          statement(
            database,
            'insert into store_draft (tenant, id, seq, path, sha256, size, subject, at) values (?, ?, ?, ?, ?, ?, ?, ?)',
            [author.tenant, id, seq, path, content.sha256, content.size, author.subject, now()],
          ),
        ]);
        return;
      } catch (error) {
        // Another write stores the same content at the same time.
        if (left === 0 || !HoldfastError.has(error, 'CONFLICT')) throw error;
      }
    }
  }

  async #parts(tenant: string, id: string): Promise<{ seq: number; path: string; sha256: string; size: number }[]> {
    const sql = 'select seq, path, sha256, size from store_draft where tenant = ? and id = ? order by seq';
    return (await select(this.#deps.database, sql, [tenant, id])).map((row) => ({
      seq: Number(row['seq']),
      path: String(row['path']),
      sha256: String(row['sha256']),
      size: Number(row['size']),
    }));
  }
}
