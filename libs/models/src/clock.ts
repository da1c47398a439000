import { setTimeout } from 'node:timers/promises';

/** Time, as models need it. */
export interface ModelClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The clock of the machine. */
export const systemModelClock: ModelClock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await setTimeout(ms, undefined, { signal });
  },
};
