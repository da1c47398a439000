/**
 * The time between two frames that a share of them does not exceed, milliseconds.
 *
 * @param frames when each frame was, in order
 * @param share such as 0.95; 1: the longest time
 */
export function frameGap(frames: readonly number[], share: number): number {
  const gaps = frames
    .slice(1)
    .map((at, n) => at - (frames[n] ?? at))
    .sort((a, b) => a - b);
  return gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? Number.NaN;
}
