import type { Embedder } from '@holdfast/models';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { Scored } from '../lexical/lexical.ts';
import type { Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { VectorIndex, VectorIndexes } from '../vectors/vectors.ts';
import { type Backoff, createBackoff, type RetryTimes } from './backoff.ts';
import type { IndexerFault } from './fault.ts';
import { createFollowing, type Follower } from './follower.ts';
import { createLanes, type Lanes } from './lanes.ts';

/** How long nothing is looked at where nobody wakes the indexer: others may write to the same database. */
const LOOK_EVERY_MS = 2_000;

/** What the indexer is made of. */
export interface IndexerDeps {
  readonly database: Database;
  readonly records: Records;
  readonly indexes: VectorIndexes;
  /** The one that is configured: what it takes the place of serves until all memories have its vectors. */
  readonly embedder: Embedder;
  /** What `embedder` was opened with, without secrets: how to open it again once another one is configured. */
  readonly spec: JsonObject;
  /** Opens an embedder that served before; undefined: it cannot be had any more. */
  readonly previous: (id: string, spec: JsonObject) => Promise<Embedder | undefined>;
  readonly followers: readonly Follower[];
  readonly monotonic: () => number;
  readonly logger: Logger;
  readonly retry: RetryTimes;
  readonly fault?: IndexerFault;
}

/** How the indexer is doing. */
export interface IndexerStatus {
  /** The embedder that answers queries; empty: not known yet. */
  readonly serving: string;
  /** The one that takes its place. */
  readonly next?: { readonly embedder: string; readonly toEmbed: number };
  /** Memories that lack a vector of the configured embedder. */
  readonly toEmbed: number;
  /** Changes that the index of the serving embedder, or the slowest follower, has not taken in. */
  readonly toIndex: number;
  /** Vectors that the index looks at one by one until it has linked them, or has been made anew. */
  readonly toLink: number;
  /** Memories that the embedder refuses. */
  readonly refused: number;
  /** Why parts wait, in words: part to reason. */
  readonly waiting: Readonly<Record<string, string>>;
}

/**
 * Feeds the vector index and other followers in the background, and searches by the embedder that serves. Whatever it
 * does can be killed and begun again. Several processes over one database may each have one: what both do is written
 * by key and revision, so that doing it twice changes nothing.
 */
export interface Indexer {
  /** There is something to do. */
  wake(): void;
  /** Resolves when nothing is left to do. Waits for as long as a part cannot be reached. */
  settled(): Promise<void>;
  /**
   * Memories that mean what is asked, best first.
   *
   * @throws HoldfastError MODEL_UNAVAILABLE (`details`: embedded, waiting) where the embedder that serves cannot be had;
   * those of Embedder and VectorIndex.
   */
  search(viewer: Viewer, query: string, limit: number, signal?: AbortSignal): Promise<readonly Scored[]>;
  status(): Promise<IndexerStatus>;
  /** The embedder that serves and its index, for verification and erasure. */
  serving(): Promise<{ readonly embedder: string; readonly index: VectorIndex }>;
  /** All indices that are open: of the embedder that serves, and of the one that takes its place. */
  indices(): readonly VectorIndex[];
  /** Ends after the step that is under way. Embedders and indices that were passed in stay open. */
  close(): Promise<void>;
}

/** Starts the indexer. */
export function createIndexer(deps: IndexerDeps): Indexer {
  const { database, records, monotonic, logger, retry } = deps;
  const closing = new AbortController();
  const { signal: ended } = closing;
  const lanes = createLanes({ ...deps, fault: deps.fault ?? (() => undefined) });
  const followings = deps.followers.map((follower) => createFollowing(database, records, follower));
  const parts: Part[] = [
    { name: 'vectors', step: () => lanes.step(ended) },
    { name: 'change of embedder', step: () => lanes.stepNext(ended) },
    ...followings.map((following) => ({ name: following.name, step: () => following.step(ended) })),
  ].map((part) => ({ ...part, backoff: createBackoff(retry, monotonic), idleAt: 0 }));
  // Rung whenever there may be something to do. A part that found nothing since the last time is idle.
  let rung = 1;
  let bell = Promise.withResolvers<void>();
  let settling: PromiseWithResolvers<void>[] = [];
  const ring = () => {
    rung += 1;
    bell.resolve();
    bell = Promise.withResolvers();
  };

  /** Forgets what all have followed, once nobody has anything left to do. */
  const settle = async () => {
    if (parts.some(({ idleAt }) => idleAt !== rung)) return;
    const asked = settling;
    settling = [];
    try {
      await forget(records, [lanes.durable, ...followings.map(({ at }) => at)]);
    } catch (error) {
      logger.warn({ err: error }, 'Changes that all indices have taken in were not forgotten yet.');
    }
    for (const { resolve } of asked) resolve();
  };

  const pause = async (heard: Promise<void>, ms: number) => {
    const waited = Promise.withResolvers<void>();
    const timer = setTimeout(() => waited.resolve(), ms);
    await Promise.race([heard, waited.promise]);
    clearTimeout(timer);
  };

  const run = async (part: Part) => {
    const { name, step, backoff } = part;
    while (!ended.aborted) {
      const [heard, at] = [bell.promise, rung];
      const wait = backoff.until - monotonic();
      if (wait > 0) {
        await pause(heard, Math.min(wait, LOOK_EVERY_MS));
        continue;
      }
      try {
        const did = await step();
        backoff.succeeded();
        if (did) {
          // The others may have something to do by it.
          ring();
          continue;
        }
        part.idleAt = at;
        await settle();
      } catch (error) {
        if (ended.aborted) break;
        const reason = HoldfastError.from(error).message;
        if (backoff.reason !== reason)
          logger.warn({ err: error, part: name }, 'The memory index waits and tries again.');
        backoff.failed(reason);
        continue;
      }
      await pause(heard, LOOK_EVERY_MS);
    }
  };
  const running = Promise.all(parts.map(run));

  const search = async (viewer: Viewer, query: string, limit: number, signal?: AbortSignal) => {
    const ask = async () => {
      const { embedder, index } = await lanes.answering();
      const [vector] = await embedder.embed([query], 'query', signal);
      if (vector === undefined) throw new RangeError('an embedder gives a vector for each text');
      return await index.search(viewer, vector, limit, signal);
    };
    try {
      return await ask();
    } catch (error) {
      // The index may have gone while it was asked, since another one has taken its place.
      if (signal?.aborted || HoldfastError.has(error, 'MODEL_UNAVAILABLE') || !(await lanes.changed())) throw error;
      return await ask();
    }
  };

  return {
    wake: ring,
    settled() {
      const mine = Promise.withResolvers<void>();
      if (ended.aborted) mine.resolve();
      else settling.push(mine);
      ring();
      return mine.promise;
    },
    search,
    async status() {
      return { ...(await statusOf(lanes, records, followings)), waiting: waitingOf(parts) };
    },
    serving: () => lanes.serving(),
    indices: () => lanes.indices(),
    async close() {
      closing.abort(new HoldfastError('CANCELED', 'The memory index is closing.'));
      ring();
      await running;
      for (const { resolve } of settling) resolve();
      await lanes.close();
    },
  };
}

/** One of those that work side by side, each at its own pace. */
interface Part {
  readonly name: string;
  /** Does a piece of the work; false: there is none. */
  readonly step: () => Promise<boolean>;
  readonly backoff: Backoff;
  idleAt: number;
}

/** Forgets changes up to the place of the slowest; as long as one's place is not known, none. */
async function forget(records: Records, places: readonly (number | undefined)[]): Promise<void> {
  const known = places.filter((place) => place !== undefined);
  if (known.length < places.length) return;
  const upTo = Math.min(...known);
  const { forgotten } = await records.changeMarks();
  if (upTo > forgotten) await records.forgetChanges(upTo);
}

function waitingOf(parts: readonly Part[]): Record<string, string> {
  return Object.fromEntries(
    parts.flatMap(({ name, backoff: { reason } }) => (reason === '' ? [] : [[name, reason] as const])),
  );
}

async function statusOf(
  lanes: Lanes,
  records: Records,
  followings: readonly { at: number | undefined }[],
): Promise<Omit<IndexerStatus, 'waiting'>> {
  const { last } = await records.changeMarks();
  const slowest = Math.min(last, ...[lanes.at, ...followings.map(({ at }) => at)].map((at) => at ?? 0));
  return { ...(await lanes.progress()), toIndex: last - slowest };
}
