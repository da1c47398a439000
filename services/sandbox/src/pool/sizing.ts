/** How often something is taken, as it was last counted. */
export interface Demand {
  readonly perSecond: number;
  /** When that was, milliseconds. */
  readonly at: number;
}

/** What bounds the number that is kept ready. */
export interface SizeBounds {
  readonly min: number;
  readonly max: number;
  /** After so long without demand only `min` are kept. */
  readonly idleMs: number;
}

/** Nothing was taken yet. */
export const NO_DEMAND: Demand = { perSecond: 0, at: 0 };

/** What happened so long ago counts a third of what happens now: long enough for a rate, short enough to follow it. */
const MEMORY_MS = 10_000;
/** How much the latest of a row of durations counts. */
const LATEST = 0.3;

/** The demand at a later time, when nothing was taken meanwhile: a moving average that decays. */
export function demandAt({ perSecond, at }: Demand, now: number): Demand {
  return { perSecond: perSecond * Math.exp(-Math.max(0, now - at) / MEMORY_MS), at: now };
}

/** The demand after one more was taken. */
export function demandAfterOne(demand: Demand, now: number): Demand {
  return { perSecond: demandAt(demand, now).perSecond + 1000 / MEMORY_MS, at: now };
}

/** A moving average of how long making one takes, milliseconds. */
export function averageMs(before: number | undefined, latest: number): number {
  return before === undefined ? latest : before + LATEST * (latest - before);
}

/**
 * How many to keep ready: what is taken while one is made, and twice its usual spread (takings that know nothing of each
 * other spread by the root of their mean), so that few of those who come find none.
 *
 * @param perSecond how often one is taken.
 * @param makeMs how long making one takes.
 * @param sinceLastMs how long ago the last one was taken.
 */
export function readyWanted(perSecond: number, makeMs: number, sinceLastMs: number, bounds: SizeBounds): number {
  const { min, max, idleMs } = bounds;
  if (sinceLastMs >= idleMs) return min;
  const expected = (perSecond * makeMs) / 1000;
  return Math.max(min, Math.min(max, Math.ceil(expected + 2 * Math.sqrt(expected))));
}
