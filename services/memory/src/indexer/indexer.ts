import type { Embedder } from '@holdfast/models';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { Scored } from '../lexical/lexical.ts';
import type { Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { VectorIndex, VectorIndexes } from '../vectors/vectors.ts';
import { createBackoff, type RetryTimes } from './backoff.ts';
import type { IndexerFault } from './fault.ts';
import { createFollowing, type Follower } from './follower.ts';
import { createLanes, type Lanes } from './lanes.ts';

/** How long nothing is looked at where nobody wakes the indexer: others may write to the same database. */
const LOOK_EVERY_MS = 2_000;
/** Steps of one part before the others have their turn. */
const STEPS = 8;

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
  const lanes = createLanes({ ...deps, fault: deps.fault ?? (() => undefined) });
  const followings = deps.followers.map((follower) => createFollowing(database, records, follower));
  const parts = [
    { name: 'vectors', step: () => lanes.step(closing.signal), backoff: createBackoff(retry, monotonic) },
    ...followings.map((following) => ({
      name: following.name,
      step: () => following.step(closing.signal),
      backoff: createBackoff(retry, monotonic),
    })),
  ];
  let woken = Promise.withResolvers<void>();
  let settling: PromiseWithResolvers<void>[] = [];

  /** One turn of each part; tells whether any has more to do, and when the next may try again. */
  const turn = async (): Promise<{ more: boolean; failing: boolean }> => {
    let more = false;
    let failing = false;
    for (const { name, step, backoff } of parts) {
      if (closing.signal.aborted) break;
      if (backoff.until > monotonic()) {
        failing = true;
        continue;
      }
      try {
        let left = STEPS;
        while (left > 0 && !closing.signal.aborted && (await step())) left -= 1;
        if (left === 0) more = true;
        backoff.succeeded();
      } catch (error) {
        if (closing.signal.aborted) break;
        failing = true;
        const reason = HoldfastError.from(error).message;
        if (backoff.reason !== reason)
          logger.warn({ err: error, part: name }, 'The memory index waits and tries again.');
        backoff.failed(reason);
      }
    }
    return { more, failing };
  };

  const forget = async () => {
    const places = [lanes.durable, ...followings.map(({ at }) => at)];
    const known = places.filter((place) => place !== undefined);
    if (known.length < places.length) return;
    const { forgotten } = await records.changeMarks();
    const upTo = Math.min(...known);
    if (upTo > forgotten) await records.forgetChanges(upTo);
  };

  const pause = async (ms: number) => {
    const waited = Promise.withResolvers<void>();
    const timer = setTimeout(() => waited.resolve(), ms);
    await Promise.race([woken.promise, waited.promise]);
    clearTimeout(timer);
  };

  const run = async () => {
    while (!closing.signal.aborted) {
      woken = Promise.withResolvers();
      const asked = settling;
      settling = [];
      const { more, failing } = await turn();
      if (!more && !failing) {
        await forget().catch((error: unknown) => logger.warn({ err: error }, 'Old changes were kept for now.'));
        for (const { resolve } of asked) resolve();
      } else {
        settling.push(...asked);
      }
      if (more || closing.signal.aborted) continue;
      const next = Math.min(...parts.map(({ backoff }) => (backoff.until === 0 ? Infinity : backoff.until)));
      await pause(Math.max(1, Math.min(LOOK_EVERY_MS, next - monotonic())));
    }
  };
  const running = run();

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
    wake: () => woken.resolve(),
    settled() {
      const mine = Promise.withResolvers<void>();
      if (closing.signal.aborted) mine.resolve();
      else settling.push(mine);
      woken.resolve();
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
      woken.resolve();
      await running;
      for (const { resolve } of settling) resolve();
      await lanes.close();
    },
  };
}

function waitingOf(parts: readonly { name: string; backoff: { reason: string } }[]): Record<string, string> {
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
  const slowest = Math.min(last, ...[lanes.durable, ...followings.map(({ at }) => at)].map((at) => at ?? 0));
  return { ...(await lanes.progress()), toIndex: last - slowest };
}
