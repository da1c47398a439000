import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Scored } from '../../lexical/lexical.ts';
import type { StoredVector } from '../../records/records.ts';
import type { Viewer } from '../../record.ts';
import { scanSource } from '../embedded/scan.ts';
import { checkEntries, checkVector, isZero, lastOfEach, unit } from '../input.ts';
import type { VectorIndex, VectorIndexState, VectorSource } from '../vectors.ts';

const RETRY_MS = 1000;

/** What a server says of an index when it is asked first. */
export interface Prepared {
  readonly applied: number;
  readonly size: number;
  /** It was made just now, or its making was interrupted: it has to be filled from the source. */
  readonly isIncomplete: boolean;
}

/** One index on a server, without what all servers have in common. Throws STORAGE_UNAVAILABLE where it does not answer. */
export interface RemoteShelf {
  readonly name: VectorIndex['name'];
  /** Entries in one request. */
  readonly batch: number;
  /** Makes it if it is not there. */
  prepare(): Promise<Prepared>;
  /** Entries with different keys; gives how many are new. */
  put(entries: readonly StoredVector[]): Promise<number>;
  /** Gives how many were there. */
  remove(tenant: string, seqs: readonly number[]): Promise<number>;
  /** `query` has unit length. */
  search(viewer: Viewer, query: Float32Array, limit: number): Promise<readonly Scored[]>;
  seqs(after: number, limit: number): Promise<readonly number[]>;
  /** Keeps the number of the last change, and whether it has yet to be filled; gives how many entries there are. */
  mark(applied: number, isIncomplete: boolean): Promise<number>;
  /** Removes all entries. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

/**
 * An index on a server of its own. The server may be away: every use tries it anew. Entries that a crash kept from being
 * put are put when it is opened next.
 */
export class RemoteIndex implements VectorIndex {
  readonly name: VectorIndex['name'];
  readonly embedder: string;
  readonly dimensions: number;
  readonly #shelf: RemoteShelf;
  readonly #source: VectorSource;
  readonly #closing = new AbortController();
  readonly #mended: string[] = [];
  #ready: Promise<void> | undefined;
  #applied = 0;
  #size = 0;
  #filling: { done: number; of: number } | undefined;
  #fills: Promise<void> = Promise.resolve();

  constructor(embedder: string, dimensions: number, source: VectorSource, shelf: RemoteShelf) {
    this.name = shelf.name;
    this.embedder = embedder;
    this.dimensions = dimensions;
    this.#source = source;
    this.#shelf = shelf;
  }

  /** 0 also while the server could not be asked yet: changes may be put again. */
  get applied(): number {
    return this.#applied;
  }

  /** Asks the server once; where it is away, the first use does. */
  async open(): Promise<void> {
    try {
      await this.#prepared();
    } catch (error) {
      if (!HoldfastError.has(error, 'STORAGE_UNAVAILABLE')) throw error;
    }
  }

  async put(entries: readonly StoredVector[]): Promise<void> {
    checkEntries(entries, this.dimensions);
    await this.#use(() => this.#put(lastOfEach(entries)));
  }

  async remove(tenant: string, seqs: readonly number[]): Promise<void> {
    await this.#use(async () => {
      for (let at = 0; at < seqs.length; at += this.#shelf.batch) {
        this.#size -= await this.#shelf.remove(tenant, seqs.slice(at, at + this.#shelf.batch));
      }
    });
  }

  async search(viewer: Viewer, query: Float32Array, limit: number, signal?: AbortSignal): Promise<readonly Scored[]> {
    checkVector(query, this.dimensions);
    if (limit <= 0 || isZero(query)) return [];
    try {
      signal?.throwIfAborted();
      const asked = unit(query);
      return await this.#use(async () => {
        if (this.#filling !== undefined) return await scanSource(this.#source, viewer, asked, limit, signal);
        const found = await this.#shelf.search(viewer, asked, limit);
        signal?.throwIfAborted();
        return found.filter(({ score }) => Number.isFinite(score));
      });
    } catch (error) {
      throw signal?.aborted === true ? HoldfastError.from(error, 'CANCELED', 'The search was cancelled.') : error;
    }
  }

  async seqs(after: number, limit: number): Promise<readonly number[]> {
    return await this.#use(() => this.#shelf.seqs(after, limit));
  }

  async flush(applied: number): Promise<void> {
    await this.#use(async () => {
      await this.#fills;
      this.#size = await this.#shelf.mark(applied, false);
    });
    this.#applied = applied;
  }

  async rebuild(): Promise<void> {
    await this.#prepared();
    await this.#fill(true);
  }

  async drop(): Promise<void> {
    this.#closing.abort();
    await this.#fills;
    await this.#shelf.drop();
  }

  state(): VectorIndexState {
    return {
      size: this.#size,
      ...(this.#filling === undefined ? {} : { building: { ...this.#filling } }),
      mended: [...this.#mended],
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#fills;
  }

  /** After a failure the server is asked anew: it may have come back without what it had. */
  async #use<T>(work: () => Promise<T>): Promise<T> {
    await this.#prepared();
    try {
      return await work();
    } catch (error) {
      if (HoldfastError.has(error, 'STORAGE_UNAVAILABLE')) this.#ready = undefined;
      throw error;
    }
  }

  async #prepared(): Promise<void> {
    const preparing = (this.#ready ??= this.#prepare());
    try {
      await preparing;
    } catch (error) {
      if (this.#ready === preparing) this.#ready = undefined;
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { applied, size, isIncomplete } = await this.#shelf.prepare();
    this.#applied = applied;
    this.#size = size;
    if (!isIncomplete || this.#filling !== undefined) return;
    if ((await this.#source.count()) === 0) {
      await this.#shelf.mark(0, false);
      return;
    }
    this.#mended.push('The index is filled from the database: it was new, or its filling was interrupted.');
    void this.#fill(false);
  }

  /** Fills it from the source, again and again until the servers let it. */
  async #fill(anew: boolean): Promise<void> {
    const progress = { done: 0, of: 0 };
    this.#filling = progress;
    const filled = this.#fillInTurn(this.#fills, anew, progress);
    this.#fills = filled;
    await filled;
  }

  async #fillInTurn(before: Promise<void>, anew: boolean, progress: { done: number; of: number }): Promise<void> {
    await before;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#fillOnce(anew, progress);
        break;
      } catch (error) {
        this.#mended.push(`Filling the index failed and is tried again: ${HoldfastError.from(error).message}`);
        this.#mended.splice(0, this.#mended.length - 20);
        await sleep(RETRY_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
    if (this.#filling === progress) this.#filling = undefined;
  }

  async #fillOnce(anew: boolean, progress: { done: number; of: number }): Promise<void> {
    const { batch } = this.#shelf;
    progress.done = 0;
    progress.of = await this.#source.count();
    this.#applied = 0;
    await this.#shelf.mark(0, true);
    if (anew) await this.#shelf.empty();
    for (let after = 0; !this.#closing.signal.aborted; ) {
      const page = await this.#source.read(after, batch);
      await this.#put(page);
      await this.#removeGone(page);
      progress.done += page.length;
      const last = page.at(-1);
      if (last === undefined || page.length < batch) {
        this.#size = await this.#shelf.mark(0, false);
        return;
      }
      after = last.seq;
    }
  }

  /** What was erased or changed between the reading of a page and its putting. */
  async #removeGone(page: readonly StoredVector[]): Promise<void> {
    const now = new Map((await this.#source.get(page.map(({ seq }) => seq))).map((entry) => [entry.seq, entry]));
    const changed = page.flatMap(({ seq, vector }) => {
      const current = now.get(seq);
      return current === undefined || current.vector.every((part, at) => part === vector[at]) ? [] : current;
    });
    await this.#put(changed);
    for (const { tenant, seq } of page) if (!now.has(seq)) await this.#shelf.remove(tenant, [seq]);
  }

  async #put(entries: readonly StoredVector[]): Promise<void> {
    const { batch } = this.#shelf;
    for (let at = 0; at < entries.length; at += batch) {
      this.#size += await this.#shelf.put(entries.slice(at, at + batch));
    }
  }
}
