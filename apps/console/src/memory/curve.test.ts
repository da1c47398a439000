import { describe, expect, it } from 'vitest';

import { curveOf, DAY_MS, retentionAfter } from './curve.ts';

describe('the curve of forgetting (ME-2)', () => {
  it('is R = exp(-t / S)', () => {
    expect(retentionAfter(0, 10)).toBe(1);
    expect(retentionAfter(10, 10)).toBeCloseTo(Math.exp(-1), 12);
    expect(retentionAfter(-5, 10)).toBe(1);
    expect(retentionAfter(1, 0)).toBe(0);
  });

  it('goes from the last recall to two strengths ahead, and only down', () => {
    const now = Date.UTC(2026, 10, 27);
    const points = curveOf({ last: now - 5 * DAY_MS, strength: 10, pinned: false }, now);
    expect(points[0]).toEqual({ at: now - 5 * DAY_MS, retention: 1 });
    expect(points.at(-1)?.at).toBe(now + 20 * DAY_MS);
    expect(points.at(-1)?.retention).toBeCloseTo(Math.exp(-2.5), 12);
    for (const [index, { retention }] of points.entries()) {
      if (index > 0) expect(retention).toBeLessThan(points[index - 1]?.retention ?? 0);
    }
  });

  it('is flat for what is pinned, and drawn where the clock of the server is ahead', () => {
    const now = 1_000_000;
    expect(new Set(curveOf({ last: 0, strength: 1, pinned: true }, now).map(({ retention }) => retention))).toEqual(
      new Set([1]),
    );
    expect(curveOf({ last: now + DAY_MS, strength: 1, pinned: false }, now)[0]).toEqual({ at: now, retention: 1 });
  });
});
