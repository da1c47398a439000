import { describe, expect, it } from 'vitest';

import { BOUNDS_MS, Distribution, placeOf } from './histogram.ts';

function distributionOf(durations: readonly number[]): Distribution {
  const made = new Distribution();
  for (const ms of durations) {
    const counts = Array.from({ length: placeOf(ms) + 1 }, (_, place) => (place === placeOf(ms) ? 1 : 0));
    made.add(counts, ms);
  }
  return made;
}

describe('durations in a histogram (OB-2)', () => {
  it('have the first place whose bound they do not exceed', () => {
    expect([0, 1, 1.01, 1.6, 100, 101].map(placeOf)).toEqual([0, 0, 1, 1, 10, 11]);
    expect(placeOf(1e8)).toBe(BOUNDS_MS.length - 1);
    expect(placeOf(1e12)).toBe(BOUNDS_MS.length);
  });

  it('rise in bounds that are at most 1.6 times apart: that is how exact a quantile is', () => {
    for (const [index, bound] of BOUNDS_MS.entries()) {
      if (index === 0) continue;
      const before = BOUNDS_MS[index - 1] ?? 0;
      expect(bound / before).toBeGreaterThan(1);
      expect(bound / before).toBeLessThanOrEqual(1.6001);
    }
  });

  it('give quantiles within one place of the true ones, never above the longest', () => {
    const durations = Array.from({ length: 1000 }, (_, n) => (n + 1) * 7);
    const { p50, p95 } = distributionOf(durations).quantiles() ?? expect.fail('nothing');
    expect(p50 / 3500).toBeGreaterThan(1 / 1.6);
    expect(p50 / 3500).toBeLessThan(1.6);
    expect(p95 / 6650).toBeGreaterThan(1 / 1.6);
    expect(p95).toBeLessThanOrEqual(7000);
  });

  it('are exact enough for one, for equal ones, and for those beyond the last bound', () => {
    expect(distributionOf([3]).quantiles()).toEqual({ p50: 2.8, p95: 3 });
    expect(distributionOf([0, 0]).quantiles()).toEqual({ p50: 0, p95: 0 });
    const { p50, p95 } = distributionOf([3e8, 3e8]).quantiles() ?? expect.fail('nothing');
    expect([p50, p95]).toEqual([2e8, 2.9e8]);
    expect(new Distribution().quantiles()).toBeUndefined();
  });
});
