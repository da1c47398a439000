import { describe, expect, it } from 'vitest';

import { BUCKET_MS, bucketOf, KEEP_MS, MAX_POINTS, planRange } from './range.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);

describe('the time axis of insight (OB-2)', () => {
  it.each([
    ['an hour', HOUR, BUCKET_MS, 12],
    ['a day', 24 * HOUR, BUCKET_MS, 288],
    ['25 hours and a bit', 25 * HOUR + 1, 10 * 60_000, 151],
    ['a week', 168 * HOUR, HOUR, 168],
    ['90 days', KEEP_MS, 12 * HOUR, 180],
  ])('of %s has the finest step that fits', (_, length, stepMs, points) => {
    expect(planRange(NOON - length, NOON)).toMatchObject({ stepMs, points });
  });

  it('never has more than 300 points, whole steps, and all that was asked for', () => {
    for (let length = 1; length <= KEEP_MS; length = length * 1.7 + 12_345) {
      for (const to of [NOON, NOON + 1, NOON + 299_999, NOON + 7_654_321]) {
        const from = to - length;
        const range = planRange(from, to);
        expect(range.points).toBeLessThanOrEqual(MAX_POINTS);
        expect(range.from % range.stepMs).toBe(0);
        expect(range.to).toBe(range.from + range.points * range.stepMs);
        expect(range.from).toBeLessThanOrEqual(from);
        expect(range.from).toBeGreaterThan(from - range.stepMs);
        expect(range.to).toBeGreaterThanOrEqual(to);
        expect(range.to).toBeLessThan(to + range.stepMs);
      }
    }
  });

  it.each([
    [NOON, NOON],
    [NOON, NOON - 1],
    [NOON - KEEP_MS - 1, NOON],
    [-1, NOON],
    [Number.NaN, NOON],
    [NOON, Number.NaN],
    [NOON, Number.POSITIVE_INFINITY],
    [8.64e15, 8.64e15 + 1],
  ])('refuses %d to %d', (from, to) => {
    expect(() => planRange(from, to)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('is made of buckets of five minutes', () => {
    expect(bucketOf(NOON)).toBe(NOON);
    expect(bucketOf(NOON + BUCKET_MS - 1)).toBe(NOON);
    expect(bucketOf(NOON + BUCKET_MS)).toBe(NOON + BUCKET_MS);
  });
});
