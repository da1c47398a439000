import { createHash, hash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import { change, type Database, inGroups, marks, select, type Statement, statement, transact } from '@holdfast/storage';

import type { ChunkStore } from './chunks/chunk-store.ts';
import { cutContent } from './cut.ts';
import type { StoreFault } from './fault.ts';

/** A content whose chunks are stored. It lives for a day; a version or draft that refers to it keeps it. */
export interface Content {
  /** Of the whole, hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** 36 bytes for each chunk: its SHA-256, its length. */
  readonly entries: Buffer;
}

/** What {@link Contents} needs. */
export interface ContentDeps {
  readonly database: Database;
  readonly chunks: ChunkStore;
  readonly now: () => number;
  readonly newId: () => string;
  readonly fault: StoreFault;
}

const ENTRY_BYTES = 36;
/** Entries of one row of store_piece. */
const PIECE_ENTRIES = 1024;
/** Chunks that are stored, or read, together: some 1 MiB. */
const CHUNKS_AT_ONCE = 64;

interface Cut {
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** Contents as lists of chunks. Equal chunks of a tenant are stored once. */
export class Contents {
  readonly #deps: ContentDeps;

  constructor(deps: ContentDeps) {
    this.#deps = deps;
  }

  /**
   * Stores the chunks of a stream, those that are not there yet. Holds some MiB of it in memory.
   *
   * @param most more bytes than this are refused
   * @throws HoldfastError TOO_LARGE, STORAGE_FULL, STORAGE_UNAVAILABLE, CANCELED; what the stream throws goes through.
   */
  async take(
    tenant: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { most, signal }: { readonly most: number; readonly signal?: AbortSignal },
  ): Promise<Content> {
    const whole = createHash('sha256');
    const entries: Buffer[] = [];
    let size = 0;
    let waiting: Cut[] = [];
    for await (const bytes of cutContent(content)) {
      if (signal?.aborted) throw HoldfastError.from(signal.reason, 'CANCELED');
      size += bytes.length;
      if (size > most) {
        throw new HoldfastError('TOO_LARGE', `The file is larger than ${most} bytes. Nothing of it was kept.`, {
          details: { limit_bytes: most },
        });
      }
      whole.update(bytes);
      const sha256 = hash('sha256', bytes, 'hex');
      const entry = Buffer.alloc(ENTRY_BYTES);
      entry.write(sha256, 'hex');
      entry.writeUInt32BE(bytes.length, 32);
      entries.push(entry);
      waiting.push({ sha256, bytes });
      if (waiting.length < CHUNKS_AT_ONCE) continue;
      await this.#store(tenant, waiting);
      waiting = [];
    }
    await this.#store(tenant, waiting);
    return { sha256: whole.digest('hex'), size, entries: Buffer.concat(entries) };
  }

  /** What makes one more reference to a content, to be part of a batch; the batch fails where chunks were collected. */
  async refer(tenant: string, content: Content): Promise<Statement[]> {
    const { database } = this.#deps;
    const known = await select(database, 'select 1 from store_content where tenant = ? and sha256 = ?', [
      tenant,
      content.sha256,
    ]);
    if (known.length > 0) return [this.again(tenant, content.sha256)];
    const insert = statement(
      database,
      'insert into store_content (tenant, sha256, size, refs, at) values (?, ?, ?, 1, ?)',
      [tenant, content.sha256, content.size, this.#deps.now()],
    );
    return [insert, ...this.#pieces(tenant, content), ...this.#keep(tenant, content.entries)];
  }

  /** One more reference to a content that is known to be there: costs no chunk. */
  again(tenant: string, sha256: string): Statement {
    const sql = 'update store_content set refs = refs + 1 where tenant = ? and sha256 = ?';
    return statement(this.#deps.database, sql, [tenant, sha256], { expect: 1 });
  }

  /** One reference less. */
  release(tenant: string, sha256: string): Statement {
    const sql = 'update store_content set refs = refs - 1 where tenant = ? and sha256 = ?';
    return statement(this.#deps.database, sql, [tenant, sha256], { expect: 1 });
  }

  /**
   * The bytes from `first` on, each chunk checked.
   *
   * @param length how many at most
   * @throws HoldfastError STORAGE_CORRUPT, and NOT_FOUND where the content was collected meanwhile.
   */
  async *read(tenant: string, sha256: string, first = 0, length = Number.MAX_SAFE_INTEGER): AsyncGenerator<Uint8Array> {
    const end = first + length;
    for await (const { at, entries } of this.#entriesFrom(tenant, sha256, first)) {
      let position = at;
      for (const group of inGroups(splitEntries(entries), CHUNKS_AT_ONCE)) {
        const wanted: { sha256: string; from: number; to: number }[] = [];
        for (const { sha256: name, size } of group) {
          const [from, to] = [Math.max(0, first - position), Math.min(size, end - position)];
          if (from < to) wanted.push({ sha256: name, from, to });
          position += size;
        }
        const chunks = await this.#load(
          tenant,
          wanted.map((chunk) => chunk.sha256),
        );
        for (const [i, bytes] of chunks.entries()) yield bytes.subarray(wanted[i]?.from, wanted[i]?.to);
        if (position >= end) return;
      }
    }
  }

  /** The chunks that a content is made of, each once, hex. */
  async chunksOf(tenant: string, sha256: string): Promise<string[]> {
    const names = new Set<string>();
    for await (const { entries } of this.#entriesFrom(tenant, sha256, 0)) {
      for (const entry of splitEntries(entries)) names.add(entry.sha256);
    }
    return [...names].toSorted();
  }

  async *#entriesFrom(
    tenant: string,
    sha256: string,
    first: number,
  ): AsyncGenerator<{ readonly at: number; readonly entries: Uint8Array }> {
    const { database } = this.#deps;
    const [start] = await select(
      database,
      'select max(seq) as seq from store_piece where tenant = ? and sha256 = ? and first_byte <= ?',
      [tenant, sha256, first],
    );
    if (typeof start?.['seq'] !== 'number') return;
    for (let seq = start['seq']; ; seq++) {
      const sql = 'select first_byte, entries from store_piece where tenant = ? and sha256 = ? and seq = ?';
      const [row] = await select(database, sql, [tenant, sha256, seq]);
      if (!(row?.['entries'] instanceof Uint8Array)) return;
      yield { at: Number(row['first_byte']), entries: row['entries'] };
    }
  }

  async #load(tenant: string, names: readonly string[]): Promise<Uint8Array[]> {
    const { database, chunks } = this.#deps;
    const keys = new Map<string, string>();
    for (const group of inGroups([...new Set(names)])) {
      const sql = `select sha256, chunk_key from store_chunk where tenant = ? and sha256 in (${marks(group.length)})`;
      for (const row of await select(database, sql, [tenant, ...group])) {
        keys.set(String(row['sha256']), String(row['chunk_key']));
      }
    }
    return await chunks.get(
      names.map((name) => {
        const key = keys.get(name);
        if (key !== undefined) return key;
        throw new HoldfastError('NOT_FOUND', 'This version was removed while it was read. Read a newer one.');
      }),
    );
  }

  /** Puts what is not there, then says in the table where it lies: bytes without a row are found by the sweep. */
  async #store(tenant: string, cuts: readonly Cut[]): Promise<void> {
    const { database, chunks, now, newId, fault } = this.#deps;
    const distinct = [...new Map(cuts.map((cut) => [cut.sha256, cut])).values()];
    if (distinct.length === 0) return;
    const touched = now();
    const names = distinct.map(({ sha256 }) => sha256);
    const touch = `update store_chunk set touched = ? where tenant = ? and sha256 in (${marks(names.length)}) returning sha256`;
    const known = new Set((await change(database, touch, [touched, tenant, ...names])).map((row) => row['sha256']));
    const fresh = distinct
      .filter(({ sha256 }) => !known.has(sha256))
      .map((cut) => ({ ...cut, key: `${cut.sha256}.${newId()}` }))
      .toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    if (fresh.length === 0) return;
    fault('before-chunks');
    await chunks.put(fresh);
    fault('after-chunks');
    const placed = await transact(
      database,
      fresh.map(({ sha256, key, bytes }) =>
        statement(
          database,
          `insert into store_chunk (tenant, sha256, chunk_key, size, refs, touched) values (?, ?, ?, ?, 0, ?)
           on conflict (tenant, sha256) do update set touched = excluded.touched returning chunk_key`,
          [tenant, sha256, key, bytes.length, touched],
        ),
      ),
    );
    fault('after-chunk-rows');
    // Somebody else stored the same chunk at the same time.
    const spare = fresh.filter(({ key }, i) => placed[i]?.[0]?.['chunk_key'] !== key);
    await chunks.remove(spare.map(({ key }) => key));
  }

  #pieces(tenant: string, { sha256, entries }: Content): Statement[] {
    const statements: Statement[] = [];
    let firstByte = 0;
    for (let at = 0; at < entries.length; at += PIECE_ENTRIES * ENTRY_BYTES) {
      const piece = entries.subarray(at, at + PIECE_ENTRIES * ENTRY_BYTES);
      statements.push(
        statement(
          this.#deps.database,
          'insert into store_piece (tenant, sha256, seq, first_byte, entries) values (?, ?, ?, ?, ?)',
          [tenant, sha256, statements.length, firstByte, piece],
        ),
      );
      for (const { size } of splitEntries(piece)) firstByte += size;
    }
    return statements;
  }

  #keep(tenant: string, entries: Buffer): Statement[] {
    // In one order for all, so that two who keep the same chunks do not wait for each other in a circle.
    const names = [...new Set(splitEntries(entries).map(({ sha256 }) => sha256))].toSorted();
    return inGroups(names).map((group) =>
      statement(
        this.#deps.database,
        `update store_chunk set refs = refs + 1 where tenant = ? and sha256 in (${marks(group.length)})`,
        [tenant, ...group],
        { expect: group.length },
      ),
    );
  }
}

function splitEntries(entries: Uint8Array): { readonly sha256: string; readonly size: number }[] {
  const bytes = Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength);
  return Array.from({ length: bytes.length / ENTRY_BYTES }, (_, i) => ({
    sha256: bytes.toString('hex', i * ENTRY_BYTES, i * ENTRY_BYTES + 32),
    size: bytes.readUInt32BE(i * ENTRY_BYTES + 32),
  }));
}
