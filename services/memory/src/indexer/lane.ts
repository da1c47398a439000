import { HoldfastError } from '@holdfast/protocol';
import type { Embedder } from '@holdfast/models';

import type { Records, ToEmbed } from '../records/records.ts';
import type { VectorIndex, VectorIndexes, VectorSource } from '../vectors/vectors.ts';
import type { IndexerFault } from './fault.ts';

/** So many changes are taken in at once. */
const CHANGES_AT_ONCE = 1_000;
/**
 * An index up to this size is made durable whenever nothing is left to do, and after as many changes while more are
 * waiting. A larger one is written as a whole too, a kilobyte for each memory, so that it waits until a good part of it has
 * changed, or for a time that grows with it: a minute for a hundred thousand. What a crash loses of it is taken in again.
 */
const SMALL = 20_000;
const PART_BETWEEN_FLUSHES = 0.25;
const REST_MS_FOR_EACH = 0.6;

/** What a lane needs. */
export interface LaneDeps {
  readonly records: Records;
  readonly indexes: VectorIndexes;
  readonly monotonic: () => number;
  readonly fault: IndexerFault;
}

/** The vectors of one embedder, and the index over them. */
export interface Lane {
  readonly id: string;
  readonly index: VectorIndex;
  /** Memories that the embedder refuses: they are found by their words only. */
  readonly refused: number;
  /** The last change that is in the index. */
  readonly at: number;
  /** The change up to which the index is durable. */
  readonly durable: number;
  /** Embeds the next memories that lack a vector; false: there are none. */
  embed(embedder: Embedder, signal: AbortSignal): Promise<boolean>;
  /** Takes the next changes into the index; false: there are none, and what is due to be made durable is. */
  follow(): Promise<boolean>;
  /** Memories that still lack a vector and can have one. */
  waiting(): Promise<number>;
  /** Makes durable what is not yet, and closes the index. */
  close(): Promise<void>;
}

/** The vectors of an embedder in the database, as an index is made from them. */
export function sourceOf(records: Records, embedder: string): VectorSource {
  return {
    read: (after, limit) => records.vectors(embedder, after, limit),
    get: (seqs) => records.vectorsOf(embedder, seqs),
    count: () => records.countVectors(embedder),
  };
}

/** What is handed to an embedder: the text between those of its neighbours, where it is embedded with them. */
export function embeddedText({ text, before, after }: Pick<ToEmbed, 'text' | 'before' | 'after'>): string {
  return [...before.toReversed(), text, ...after].join('\n');
}

/** Opens the index of an embedder, and follows from where it is. */
export async function openLane(
  { records, indexes, monotonic, fault }: LaneDeps,
  { id, dimensions }: { readonly id: string; readonly dimensions: number },
): Promise<Lane> {
  const index = await indexes.open(id, dimensions, sourceOf(records, id));
  const refused = new Map<number, number>();
  let at = index.applied;
  let durable = index.applied;
  // An index that was just made anew holds what is true now; one that lags behind what is forgotten does not.
  let mayLag = at > 0;

  const embedAll = async (embedder: Embedder, todo: readonly ToEmbed[], signal: AbortSignal): Promise<void> => {
    try {
      const vectors = await embedder.embed(todo.map(embeddedText), 'document', signal);
      fault('after-embed');
      await records.putVectors(
        id,
        todo.flatMap(({ seq, revision }, n) => {
          const vector = vectors[n];
          return vector === undefined ? [] : [{ seq, revision, vector }];
        }),
      );
      fault('after-vectors');
    } catch (error) {
      if (!HoldfastError.has(error, 'MODEL_REJECTED')) throw error;
      const [only] = todo;
      // One text that is refused must not keep all others from being found.
      if (todo.length > 1) for (const one of todo) await embedAll(embedder, [one], signal);
      else if (only !== undefined) refused.set(only.seq, only.revision);
    }
  };

  const takeIn = async (seqs: ReadonlyMap<number, string>): Promise<void> => {
    // What is true now counts, not what was noted then: so that changes may come twice, and in one heap.
    const vectors = await records.vectorsOf(id, [...seqs.keys()]);
    const there = new Set(vectors.map(({ seq }) => seq));
    const gone = new Map<string, number[]>();
    for (const [seq, tenant] of seqs) if (!there.has(seq)) gone.set(tenant, [...(gone.get(tenant) ?? []), seq]);
    if (vectors.length > 0) await index.put(vectors);
    for (const [tenant, keys] of gone) await index.remove(tenant, keys);
  };

  let flushedAt = monotonic();
  const flush = async () => {
    await index.flush(at);
    durable = at;
    flushedAt = monotonic();
    fault('after-flush');
  };
  const flushIfDue = async (isIdle: boolean) => {
    const { size } = index.state();
    const hasRested = isIdle && (size <= SMALL || monotonic() - flushedAt >= size * REST_MS_FOR_EACH);
    if (durable !== at && (hasRested || at - durable >= Math.max(SMALL, size * PART_BETWEEN_FLUSHES))) await flush();
  };

  return {
    id,
    index,
    get refused() {
      return refused.size;
    },
    get at() {
      return at;
    },
    get durable() {
      return durable;
    },
    async embed(embedder, signal) {
      const found = await records.toEmbed(id, embedder.maxBatch + refused.size);
      const todo = found.filter(({ seq, revision }) => refused.get(seq) !== revision).slice(0, embedder.maxBatch);
      if (todo.length === 0 || signal.aborted) return false;
      await embedAll(embedder, todo, signal);
      return true;
    },
    async follow() {
      const { forgotten } = await records.changeMarks();
      if (mayLag && at < forgotten) {
        await index.rebuild();
        at = forgotten;
      }
      at = Math.max(at, forgotten);
      mayLag = true;
      const changes = await records.changes(at, CHANGES_AT_ONCE);
      const last = changes.at(-1);
      if (last === undefined) {
        await flushIfDue(true);
        return false;
      }
      const mine = changes.filter(({ op, embedder }) => op !== 'embedded' || embedder === id);
      if (mine.length > 0) await takeIn(new Map(mine.map(({ seq, tenant }) => [seq, tenant])));
      fault('after-index');
      at = last.n;
      await flushIfDue(false);
      return true;
    },
    async waiting() {
      return Math.max(0, (await records.countToEmbed(id)) - refused.size);
    },
    async close() {
      // What is being built need not be waited for: it goes on from what is durable.
      try {
        if (durable !== at && index.state().building === undefined) await flush();
      } finally {
        await index.close();
      }
    },
  };
}
