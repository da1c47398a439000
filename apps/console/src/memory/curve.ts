/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** So many points draw a curve well. */
const POINTS = 60;
/** Half of the picture at least is the future, this many strengths of it. */
const AHEAD = 2;

/**
 * How well something is kept after `days` without a recall: R = exp(-t / S), the forgetting curve of Ebbinghaus in the
 * form of Wozniak.
 *
 * @param days t, since it was last recalled or created
 * @param strength S, days
 */
export function retentionAfter(days: number, strength: number): number {
  return strength > 0 ? Math.exp(-Math.max(0, days) / strength) : 0;
}

/** A moment, epoch milliseconds, and the retention at it. */
export interface CurvePoint {
  readonly at: number;
  readonly retention: number;
}

/** What of a memory its curve is drawn from. */
export interface Fading {
  /** When it was last recalled or created, epoch milliseconds. */
  readonly last: number;
  /** S, days. */
  readonly strength: number;
  /** What is pinned does not fade. */
  readonly pinned: boolean;
}

/** The curve from the last recall on to two strengths ahead of now. */
export function curveOf({ last, pinned, strength }: Fading, now: number): CurvePoint[] {
  const from = Math.min(last, now);
  const to = now + Math.max(1, AHEAD * strength) * DAY_MS;
  return Array.from({ length: POINTS + 1 }, (_none, index) => {
    const at = from + ((to - from) * index) / POINTS;
    return { at, retention: pinned ? 1 : retentionAfter((at - last) / DAY_MS, strength) };
  });
}
