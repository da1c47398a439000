import { setTimeout as sleep } from 'node:timers/promises';

import type { Embedder } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';

import type { Scored } from '../lexical/lexical.ts';
import type { Viewer } from '../record.ts';
import type { VectorIndex } from '../vectors/vectors.ts';
import type { Indexer, IndexerStatus } from './indexer.ts';

/** An indexer whose embedder need not answer yet: the product starts without it, and recall says what is missing. */
export interface LateIndexer {
  /** lexical: knows words only. */
  readonly kind: 'lexical' | 'model';
  wake(): void;
  /** Resolves when nothing is left to do, or after `ms`. */
  settled(ms: number): Promise<void>;
  /** @throws HoldfastError MODEL_UNAVAILABLE while the embedder has not answered yet, and those of Indexer. */
  search(viewer: Viewer, query: string, limit: number, signal?: AbortSignal): Promise<readonly Scored[]>;
  /** Undefined while the embedder has not answered yet. */
  status(): Promise<IndexerStatus | undefined>;
  /** Why there is none yet; empty: there is one. */
  readonly waiting: string;
  /** @throws HoldfastError MODEL_UNAVAILABLE. */
  serving(): Promise<{ readonly embedder: string; readonly index: VectorIndex }>;
  indices(): readonly VectorIndex[];
  close(): Promise<void>;
}

/** What it is made of. */
export interface LateIndexerDeps {
  readonly open: (signal: AbortSignal) => Promise<Embedder>;
  readonly make: (embedder: Embedder) => Indexer;
  readonly kind: 'lexical' | 'model';
  readonly logger: Logger;
  /** Between two tries, milliseconds. */
  readonly againMs: number;
}

/** Opens the embedder, as often as it takes, and then the indexer. */
export function createLateIndexer({ open, make, kind, logger, againMs }: LateIndexerDeps): LateIndexer {
  const closing = new AbortController();
  let indexer: Indexer | undefined;
  let embedder: Embedder | undefined;
  let waiting = 'the embedder was not asked yet';
  const opening = (async () => {
    while (!closing.signal.aborted && !indexer) {
      try {
        embedder = await open(closing.signal);
        indexer = make(embedder);
        waiting = '';
      } catch (error) {
        if (closing.signal.aborted) return;
        const { message } = HoldfastError.from(error);
        if (waiting !== message) logger.warn({ err: error }, 'The embedder of memory does not answer yet.');
        waiting = message;
        // Ended early by closing, which is no failure.
        await sleep(againMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  })();
  const there = (): Indexer => {
    if (indexer) return indexer;
    throw new HoldfastError('MODEL_UNAVAILABLE', `Memories cannot be searched by meaning yet: ${waiting}`);
  };
  return {
    kind,
    get waiting() {
      return waiting;
    },
    wake: () => indexer?.wake(),
    async settled(ms) {
      const limit = new AbortController();
      const late = sleep(ms, undefined, { signal: limit.signal, ref: false }).catch(() => undefined);
      await Promise.race([opening.then(() => indexer?.settled()), late]);
      limit.abort();
    },
    search: async (viewer, query, limit, signal) => await there().search(viewer, query, limit, signal),
    status: async () => await indexer?.status(),
    serving: async () => await there().serving(),
    indices: () => indexer?.indices() ?? [],
    async close() {
      closing.abort();
      await opening;
      await indexer?.close();
      await embedder?.close();
    },
  };
}
