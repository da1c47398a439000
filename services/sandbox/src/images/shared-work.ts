import { HoldfastError } from '@holdfast/protocol';

import type { Progress } from './progress.ts';

/** One who waits for work that several may share. */
export interface Waiter {
  /** Aborting it ends the waiting; the work itself ends when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Work that is done once for all who ask for it while it is under way. */
export interface SharedWork<T> {
  /**
   * Joins the work of this key, or starts it.
   *
   * @throws what the work throws; HoldfastError CANCELED when the waiter leaves.
   */
  run(key: string, waiter: Waiter, work: (waiter: Waiter) => Promise<T>): Promise<T>;
  /** Ends all work, and resolves when none is left. */
  close(): Promise<void>;
}

interface Job<T> {
  readonly abort: AbortController;
  readonly waiters: Set<Waiter>;
  readonly result: Promise<T>;
}

export function sharedWork<T>(): SharedWork<T> {
  const jobs = new Map<string, Job<T>>();

  const start = (key: string, work: (waiter: Waiter) => Promise<T>): Job<T> => {
    const abort = new AbortController();
    const waiters = new Set<Waiter>();
    const progress: Progress = (line) => {
      for (const waiter of waiters) waiter.progress(line);
    };
    const job: Job<T> = {
      abort,
      waiters,
      result: work({ signal: abort.signal, progress }).finally(() => {
        if (jobs.get(key) === job) jobs.delete(key);
      }),
    };
    jobs.set(key, job);
    return job;
  };

  const leave = async (job: Job<T>, waiter: Waiter): Promise<never> => {
    job.waiters.delete(waiter);
    if (job.waiters.size === 0) {
      job.abort.abort();
      // The last one stays until nothing of the work is left; how it failed is of no interest: it was told to.
      await job.result.catch(() => undefined);
    }
    throw canceled();
  };

  return {
    async run(key, waiter, work) {
      if (waiter.signal.aborted) throw canceled();
      let job = jobs.get(key);
      while (job?.abort.signal.aborted) {
        // Others have given up on it a moment ago: it ends, and is started anew.
        await job.result.catch(() => undefined);
        job = jobs.get(key);
      }
      job ??= start(key, work);
      const joined = job;
      joined.waiters.add(waiter);
      const left = Promise.withResolvers<never>();
      const onAbort = (): void => left.resolve(leave(joined, waiter));
      waiter.signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([joined.result, left.promise]);
      } finally {
        waiter.signal.removeEventListener('abort', onAbort);
        joined.waiters.delete(waiter);
      }
    },
    async close() {
      const running = [...jobs.values()];
      for (const { abort } of running) abort.abort();
      await Promise.allSettled(running.map(({ result }) => result));
    },
  };
}

function canceled(): HoldfastError {
  return new HoldfastError('CANCELED', 'Making the image was cancelled. Nothing half-made is left.');
}
