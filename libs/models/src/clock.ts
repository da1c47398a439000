import { setTimeout } from 'node:timers/promises';

/** Time, as models need it. */
export interface ModelClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Waits some milliseconds; rejects with an AbortError when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** The clock of the machine. */
export const systemModelClock: ModelClock = { now: () => Date.now() };

/** Waits in real time. */
export const systemSleep: Sleep = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};
