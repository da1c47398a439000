import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Scored } from '../../lexical/lexical.ts';
import type { StoredVector } from '../../records/records.ts';
import type { Viewer } from '../../record.ts';
import type { VectorFault } from '../fault.ts';
import { checkEntries, checkVector, dot, isZero, lastOfEach, sees, shortHash, unit } from '../input.ts';
import type { VectorIndex, VectorIndexState, VectorSource } from '../vectors.ts';
import { startVectorsWorker, type VectorsWorker } from './client.ts';
import { type Manifest, readManifest, removeStrays, writeManifest } from './manifest.ts';
import type { FileEntry, ReadShelf, ShelfFiles } from './row-file.ts';
import { bestOf, scanSource } from './scan.ts';
import type { WorkerSettings } from './wire.ts';

const PAGE = 2000;
const RETRY_MS = 1000;

/** What an embedded index is made of. */
export interface EmbeddedIndexOptions extends WorkerSettings {
  readonly embedder: string;
  readonly source: VectorSource;
  readonly fault: VectorFault;
  readonly closed: () => void;
}

interface ChangedShelf {
  readonly tenant: string;
  readonly size: number;
  readonly version: number;
  readonly isChanged: boolean;
}

/**
 * The index of one embedder in files of its own (embeddedVectors). The vectors are held as signed bytes; the best are
 * compared again with the exact ones of the source.
 */
export class EmbeddedIndex implements VectorIndex {
  readonly name = 'embedded';
  readonly embedder: string;
  readonly dimensions: number;
  readonly #options: EmbeddedIndexOptions;
  readonly #worker: VectorsWorker;
  readonly #mended: string[] = [];
  readonly #closing = new AbortController();
  #shelves: readonly ShelfFiles[] = [];
  #writing = 0;
  #applied = 0;
  /** Flushes and rebuilds, one after the other. */
  #files: Promise<void> = Promise.resolve();
  /** While it is made from the source: how far, and what was changed meanwhile, which is newer than what is read. */
  #rebuilding: { done: number; of: number; readonly changed: Set<number> } | undefined;

  private constructor(options: EmbeddedIndexOptions) {
    this.#options = options;
    this.embedder = options.embedder;
    this.dimensions = options.dimensions;
    this.#worker = startVectorsWorker({
      dir: options.dir,
      dimensions: options.dimensions,
      graphFrom: options.graphFrom,
    });
  }

  /** Opens the files; where something is wrong with them, the index is made anew behind the queries. */
  static async open(options: EmbeddedIndexOptions): Promise<EmbeddedIndex> {
    const index = new EmbeddedIndex(options);
    try {
      await index.#load();
    } catch (error) {
      await index.#worker.close();
      throw error;
    }
    return index;
  }

  get applied(): number {
    return this.#applied;
  }

  async put(entries: readonly StoredVector[]): Promise<void> {
    checkEntries(entries, this.dimensions);
    for (const { seq } of entries) this.#rebuilding?.changed.add(seq);
    await this.#put(lastOfEach(entries));
  }

  async remove(tenant: string, seqs: readonly number[]): Promise<void> {
    for (const seq of seqs) this.#rebuilding?.changed.add(seq);
    await this.#worker.request({ verb: 'remove', tenant, seqs });
  }

  async search(viewer: Viewer, query: Float32Array, limit: number, signal?: AbortSignal): Promise<readonly Scored[]> {
    checkVector(query, this.dimensions);
    if (limit <= 0 || isZero(query)) return [];
    const { source } = this.#options;
    const asked = unit(query);
    try {
      signal?.throwIfAborted();
      if (this.#rebuilding !== undefined) return await scanSource(source, viewer, asked, limit, signal);
      // With bytes in place of numbers the order is not exact: some more are compared again.
      const wanted = limit * 2 + 30;
      const seqs = await this.#worker.request<number[]>({ verb: 'search', viewer, query: asked, wanted });
      signal?.throwIfAborted();
      const exact = seqs.length === 0 ? [] : await source.get(seqs);
      const seen = exact.filter((entry) => sees(viewer, entry));
      return bestOf(
        seen.map(({ seq, vector }) => ({ seq, score: dot(vector, asked) })),
        limit,
      );
    } catch (error) {
      throw signal?.aborted === true ? HoldfastError.from(error, 'CANCELED', 'The search was cancelled.') : error;
    }
  }

  async seqs(after: number, limit: number): Promise<readonly number[]> {
    return await this.#worker.request<number[]>({ verb: 'seqs', after, limit });
  }

  async flush(applied: number): Promise<void> {
    await this.#inTurn(() => this.#save(applied));
  }

  async rebuild(): Promise<void> {
    this.#beginRebuild();
    await this.#inTurn(() => this.#makeAnew());
  }

  async drop(): Promise<void> {
    await this.#end();
    await rm(this.#options.dir, { recursive: true, force: true });
  }

  state(): VectorIndexState {
    const { size, toLink, unlinked } = this.#worker.state;
    const mended = [...this.#mended];
    if (this.#rebuilding !== undefined) {
      const { done, of } = this.#rebuilding;
      return { size, building: { done, of }, mended };
    }
    return unlinked === 0 ? { size, mended } : { size, building: { done: toLink - unlinked, of: toLink }, mended };
  }

  /** Writes what has changed since the last flush, above all a graph that has grown, so that the next start has it. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      if (this.#rebuilding === undefined) await this.#inTurn(() => this.#saveIfChanged());
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    this.#closing.abort();
    await this.#files.catch(() => undefined);
    await this.#worker.close();
    this.#options.closed();
  }

  async #saveIfChanged(): Promise<void> {
    const changed = await this.#worker.request<ChangedShelf[]>({ verb: 'changed' });
    if (changed.some(({ isChanged }) => isChanged)) await this.#save(this.#applied);
  }

  async #load(): Promise<void> {
    const { dir, embedder, dimensions, source } = this.#options;
    await mkdir(dir, { recursive: true });
    const manifest = await readManifest(dir, embedder, dimensions);
    const problem = typeof manifest === 'object' ? await this.#loadShelves(manifest) : manifest;
    if (problem === undefined && typeof manifest === 'object') {
      await removeStrays(dir, manifest);
      return;
    }
    // A database that cannot be asked now is asked again by the rebuilding.
    const isEmpty = await source.count().then(
      (count) => count === 0,
      () => false,
    );
    if (problem === undefined && isEmpty) return;
    this.#mended.push(`The index is made anew from the database: ${problem ?? 'its files are missing'}.`);
    this.#beginRebuild();
    void this.#inTurn(() => this.#makeAnew()).catch((error: unknown) => {
      const reason = HoldfastError.from(error, 'STORAGE_UNAVAILABLE').message;
      this.#mended.push(`The index could not be made anew; every vector is looked at instead: ${reason}`);
    });
  }

  /** What is wrong with the rows, if anything is; a graph alone is made anew from them. */
  async #loadShelves(manifest: Manifest): Promise<string | undefined> {
    for (const files of manifest.shelves) {
      const { badRows, badGraph } = await this.#worker.request<ReadShelf>({ verb: 'load', files });
      if (badRows !== undefined) return badRows;
      if (badGraph !== undefined) this.#mended.push(`A graph is made anew from its rows: ${badGraph}.`);
    }
    this.#shelves = manifest.shelves;
    this.#writing = manifest.writing;
    this.#applied = manifest.applied;
    return undefined;
  }

  async #put(entries: readonly StoredVector[]): Promise<void> {
    if (entries.length === 0) return;
    const vectors = new Float32Array(entries.length * this.dimensions);
    for (const [at, { vector }] of entries.entries()) vectors.set(vector, at * this.dimensions);
    await this.#worker.request({
      verb: 'put',
      entries: entries.map(({ seq, tenant, user, agent }) => ({ seq, tenant, user, agent })),
      vectors,
    });
  }

  #beginRebuild(): void {
    this.#rebuilding = { done: 0, of: 0, changed: new Set() };
  }

  /** Reads the source until all of it is there; a database that is away is waited for. */
  async #makeAnew(): Promise<void> {
    const { dir, fault } = this.#options;
    const { signal } = this.#closing;
    const progress = this.#rebuilding;
    if (progress === undefined) return;
    // From here on a crash finds no manifest, and begins again.
    await rm(join(dir, 'manifest.json'), { force: true });
    this.#applied = 0;
    this.#shelves = [];
    this.#writing += 1;
    fault('rebuild-begun');
    // What was put before the clearing goes with it, and is in the source; requests keep their order.
    progress.changed.clear();
    await this.#worker.request({ verb: 'clear' });
    for (let after = 0; !signal.aborted; ) {
      const page = await this.#page(after);
      if (page === undefined) return;
      fault('page-read');
      await this.#put(page.filter(({ seq }) => !progress.changed.has(seq)));
      progress.done += page.length;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.seq;
    }
    if (signal.aborted || this.#rebuilding !== progress) return;
    this.#rebuilding = undefined;
    // What follows the last change is for the next flush to say.
    await this.#save(0);
  }

  async #page(after: number): Promise<readonly StoredVector[] | undefined> {
    const { source } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (this.#rebuilding !== undefined && this.#rebuilding.of === 0) this.#rebuilding.of = await source.count();
        return await source.read(after, PAGE);
      } catch (error) {
        if (!HoldfastError.has(error, 'STORAGE_UNAVAILABLE')) throw error;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  async #save(applied: number): Promise<void> {
    const { dir, fault } = this.#options;
    const writing = this.#writing + 1;
    this.#writing = writing;
    const kept = new Map(this.#shelves.map((files) => [files.tenant, files]));
    const saved: [string, number][] = [];
    const shelves: ShelfFiles[] = [];
    for (const { tenant, size, version, isChanged } of await this.#worker.request<ChangedShelf[]>({
      verb: 'changed',
    })) {
      const before = kept.get(tenant);
      if (size === 0) continue;
      if (!isChanged && before !== undefined) {
        shelves.push(before);
        continue;
      }
      const file = `${shortHash(tenant)}-${writing}`;
      const rows = await this.#worker.request<FileEntry>({ verb: 'writeRows', tenant, file: `${file}.rows` });
      fault('rows-written');
      const graph = await this.#worker.request<ShelfFiles['graph']>({
        verb: 'writeGraph',
        tenant,
        file: `${file}.graph`,
      });
      fault('graph-written');
      shelves.push({ tenant, rows, ...(graph === undefined ? {} : { graph }) });
      saved.push([tenant, version]);
    }
    const { embedder, dimensions } = this;
    const manifest = { embedder, dimensions, applied, writing, shelves };
    await writeManifest(dir, manifest, () => fault('manifest-written'));
    fault('manifest-in-place');
    this.#shelves = shelves;
    this.#applied = applied;
    await this.#worker.request({ verb: 'saved', tenants: saved });
    await removeStrays(dir, manifest);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#files.catch(() => undefined).then(work);
    this.#files = turn;
    await turn;
  }
}
