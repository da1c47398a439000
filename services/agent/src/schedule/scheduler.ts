import { HoldfastError } from '@holdfast/protocol';

import type { Claim, Claimable, Journal } from '../journal/journal.ts';
import { type Concurrency, type Release, Semaphore } from './semaphore.ts';

/** What the scheduler needs. */
export interface SchedulerDeps {
  readonly journal: Journal;
  readonly worker: string;
  readonly concurrency: Concurrency;
  readonly leaseMs: number;
  readonly now: () => number;
  /** No other process works on this store: leases of earlier ones are lost, however long they have to run. */
  readonly exclusive: boolean;
  /** Works on a claimed run until it leaves it; false: it lost the run (the store failed). Must not throw. */
  readonly work: (claim: Claim) => Promise<boolean>;
  /** Signals for runs of this worker may have come from another process. */
  readonly lookForSignals: () => Promise<void>;
  readonly problem: (message: string, error: unknown) => void;
}

/** Queued runs of one tenant that are held in memory; the rest waits in the store. */
const PER_TENANT = 256;
const LOST_RETRY_MS = 1000;

/**
 * Decides which run is worked on, and when: takes queued runs and runs whose worker was lost from the store, waits
 * fairly for a place, claims, works, and looks again. Prolongs the leases of what it works on.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #semaphore: Semaphore;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<string>();
  readonly #working = new Set<Promise<void>>();
  /** Runs that were lost here while the store failed: taken up again as soon as it answers. */
  readonly #lost = new Map<string, Claimable>();
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  /** The store may hold more than was read at the last look. */
  #more = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #claiming = new Set<Promise<unknown>>();
  #recovering = 0;
  #recovered = 0;
  #ready = false;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#semaphore = new Semaphore(deps.concurrency);
  }

  /** Runs being worked on and waiting for a place, and how far recovery has come. */
  get stats() {
    return {
      working: this.#semaphore.held,
      waiting: this.#semaphore.waiting,
      ready: this.#ready,
      recovering: this.#recovering,
      recovered: this.#recovered,
    };
  }

  /**
   * Claims what an earlier process left unfinished, then keeps looking. Resolves when every run that was left is
   * claimed again or waits for a place.
   */
  async start(): Promise<void> {
    await this.#look();
    while (this.#claiming.size > 0) await Promise.all(this.#claiming);
    this.#ready = true;
    const heartbeat = () => {
      this.#timer = setTimeout(
        () => void this.#beat().finally(heartbeat),
        this.#deps.exclusive ? this.#deps.leaseMs / 3 : 1000,
      );
    };
    heartbeat();
  }

  /** Something was queued: look now. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) {
        this.#lookAgain = false;
        this.wake();
      }
    });
  }

  /** Takes nothing new, and resolves when all work has left its run. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#working);
  }

  async #beat(): Promise<void> {
    try {
      await this.#deps.journal.renew(this.#deps.worker, this.#deps.now() + this.#deps.leaseMs);
      await this.#deps.lookForSignals();
    } catch (error) {
      this.#deps.problem('The leases could not be prolonged.', error);
    }
    this.wake();
  }

  async #look(): Promise<void> {
    const { journal, worker, exclusive, now } = this.#deps;
    try {
      const lostBefore = exclusive ? Number.MAX_SAFE_INTEGER : now();
      const found = await journal.claimable(worker, lostBefore, PER_TENANT);
      this.#more = found.length >= PER_TENANT;
      for (const candidate of [...this.#lost.values(), ...found]) {
        if (this.#waiting.has(candidate.runId)) continue;
        this.#waiting.add(candidate.runId);
        if (candidate.recovery) this.#recovering += 1;
        const work = this.#take(candidate);
        this.#working.add(work);
        void work.finally(() => this.#working.delete(work));
      }
    } catch (error) {
      this.#deps.problem('The queue could not be read; it is tried again.', error);
    }
  }

  #lose(candidate: Claimable, { lease }: Claim): void {
    const lostBefore = Number.MAX_SAFE_INTEGER;
    this.#lost.set(lease.runId, { ...candidate, fence: lease.fence, lostBefore, recovery: true });
    setTimeout(() => this.wake(), LOST_RETRY_MS).unref();
  }

  async #take(candidate: Claimable): Promise<void> {
    const { journal, worker, now, leaseMs, work, problem } = this.#deps;
    let release: Release | undefined;
    try {
      release = await this.#semaphore.acquire(candidate, this.#stopping.signal);
      const claiming = journal.claim(candidate, worker, now(), leaseMs);
      this.#claiming.add(claiming);
      const claim = await claiming.finally(() => this.#claiming.delete(claiming));
      this.#waiting.delete(candidate.runId);
      if (candidate.recovery) this.#recovered += 1;
      if (this.#more) this.wake();
      this.#lost.delete(candidate.runId);
      if (claim && !(await work(claim))) this.#lose(candidate, claim);
    } catch (error) {
      this.#waiting.delete(candidate.runId);
      if (!HoldfastError.has(error, 'CANCELED'))
        problem('A queued run could not be claimed; it is tried again.', error);
    } finally {
      release?.();
      if (!this.#lost.has(candidate.runId)) this.wake();
    }
  }
}
