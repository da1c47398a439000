/** How long to wait between tries, milliseconds. */
export interface RetryTimes {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Doubles from try to try, up to a bound. */
export interface Backoff {
  /** Milliseconds on the monotonic clock until which nothing is to be tried; 0: now. */
  readonly until: number;
  /** Why, in words; empty: the last try succeeded. */
  readonly reason: string;
  failed(reason: string): void;
  succeeded(): void;
}

/** Waiting after failures; the clock is passed in. */
export function createBackoff({ firstMs, mostMs }: RetryTimes, monotonic: () => number): Backoff {
  let failures = 0;
  let until = 0;
  let reason = '';
  return {
    get until() {
      return until;
    },
    get reason() {
      return reason;
    },
    failed(why) {
      // Beyond 30 doublings every bound is reached, and the number would overflow.
      until = monotonic() + Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30));
      failures += 1;
      reason = why;
    },
    succeeded() {
      failures = 0;
      until = 0;
      reason = '';
    },
  };
}
