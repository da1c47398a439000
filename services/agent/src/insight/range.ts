import { HoldfastError } from '@holdfast/protocol';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The finest time that figures are kept by. */
export const BUCKET_MS = 5 * MINUTE_MS;
/** How long figures are kept, and the longest range that can be asked for. */
export const KEEP_MS = 90 * DAY_MS;
/** More points than that say no more on any screen. */
export const MAX_POINTS = 300;

const STEPS_MS: readonly number[] = [
  BUCKET_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
/** The last second that a date can stand for. */
const MAX_TIME_MS = 8_640_000_000_000_000 - DAY_MS;

/** A time axis: `points` steps from `from` on. Epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly points: number;
}

/** The beginning of the bucket that a time falls into. */
export function bucketOf(at: number): number {
  return Math.floor(at / BUCKET_MS) * BUCKET_MS;
}

/**
 * The axis for a range: the finest step that needs no more than MAX_POINTS, and the range widened to whole steps, so
 * that a chart that is asked for again keeps its bars.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a range that is empty, backwards, too long or no time at all.
 */
export function planRange(from: number, to: number): Range {
  if (!(from >= 0 && to <= MAX_TIME_MS)) {
    throw new HoldfastError('INVALID_ARGUMENT', 'from and to must be times since 1970.');
  }
  if (from >= to) throw new HoldfastError('INVALID_ARGUMENT', 'from must be before to.');
  if (to - from > KEEP_MS) {
    throw new HoldfastError('INVALID_ARGUMENT', 'At most 90 days can be asked for at once: figures are kept so long.');
  }
  const ranges = STEPS_MS.map((stepMs): Range => {
    const start = Math.floor(from / stepMs) * stepMs;
    const points = Math.ceil((to - start) / stepMs);
    return { from: start, to: start + points * stepMs, stepMs, points };
  });
  const fitting = ranges.find(({ points }) => points <= MAX_POINTS);
  if (!fitting) throw new HoldfastError('INTERNAL', 'No step of insight is long enough for the longest range.');
  return fitting;
}
