/** A time-out that can be held: while the sandbox is paused, no time passes in it. */
export interface Countdown {
  hold(): void;
  go(): void;
  cancel(): void;
}

/**
 * Calls `done` once, when `ms` have passed that it was not held for.
 *
 * @param now monotonic milliseconds.
 */
export function countdown(ms: number, now: () => number, done: () => void): Countdown {
  let left = ms;
  let since = now();
  let timer: NodeJS.Timeout | undefined;
  const go = (): void => {
    if (timer !== undefined) return;
    since = now();
    timer = setTimeout(done, left);
    timer.unref();
  };
  const hold = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    left = Math.max(0, left - (now() - since));
  };
  go();
  return { hold, go, cancel: hold };
}
