import type { InsightCollector } from './collector.ts';
import { KEEP_MS } from './range.ts';
import type { ResourceSample } from './row.ts';
import type { InsightStore } from './store.ts';

/** A crash loses at most what was counted since the last write. */
const WRITE_MS = 10_000;
const SAMPLE_MS = 60_000;
const PRUNE_MS = 3_600_000;

/** What a recorder works with. */
export interface RecorderDeps {
  readonly collector: InsightCollector;
  readonly store: InsightStore;
  /** This process, unique among all that ever were. */
  readonly worker: string;
  readonly sample: () => Promise<ResourceSample>;
  readonly now: () => number;
  readonly problem: (message: string, error: unknown) => void;
}

/** Writes the collector's figures now and then, samples what the process uses, and deletes what is too old. */
export class InsightRecorder {
  readonly #deps: RecorderDeps;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #ticking = false;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** Begins to write by itself. */
  start(): void {
    this.#timer = setInterval(() => void this.tick(), WRITE_MS);
    this.#timer.unref();
  }

  /** Writes a last time. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** One round; none begins before the last one has ended. Never throws. */
  async tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    try {
      await this.#sample();
      await this.flush();
      await this.#prune();
    } finally {
      this.#ticking = false;
    }
  }

  /** Resolves when all that was counted before is stored, or could not be: it is then tried again. Never throws. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { collector, store, worker, problem } = this.#deps;
    const pending = collector.pending();
    if (pending.rows.length === 0) return;
    try {
      await store.write(worker, pending.rows);
      collector.settle(pending);
    } catch (error) {
      problem('The figures of insight could not be written; they are kept and tried again.', error);
    }
  }

  async #sample(): Promise<void> {
    const { collector, now, problem, sample } = this.#deps;
    if (now() - this.#sampledAt < SAMPLE_MS) return;
    this.#sampledAt = now();
    try {
      collector.sampled(await sample());
    } catch (error) {
      problem('What this process uses could not be measured; it is tried again in a minute.', error);
    }
  }

  async #prune(): Promise<void> {
    const { now, problem, store } = this.#deps;
    if (now() - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = now();
    try {
      await store.prune(now() - KEEP_MS);
    } catch (error) {
      problem('Old figures of insight could not be deleted; it is tried again in an hour.', error);
    }
  }
}
