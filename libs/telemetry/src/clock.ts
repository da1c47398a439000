/** Time, passed in so that tests can move it. */
export interface Clock {
  /** Wall time, epoch milliseconds: for records that people read. It may jump. */
  readonly now: () => number;
  /** Milliseconds from a fixed point in the past: for durations. It never goes back. */
  readonly monotonic: () => number;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
