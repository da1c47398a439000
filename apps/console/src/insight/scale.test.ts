import { describe, expect, it } from 'vitest';

import { stackOf, stretchesOf, summaryOf, ticksOf, timeTicksOf, UNITS } from './scale.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);

describe('the axis of values (OB-2)', () => {
  it('has round figures from 0 to the greatest', () => {
    expect(ticksOf(7)).toEqual([0, 2, 4, 6, 8]);
    expect(ticksOf(100)).toEqual([0, 25, 50, 75, 100]);
    expect(ticksOf(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticksOf(1_234_567)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
  });

  it('has no halves of what comes whole, and something to show where there is nothing', () => {
    expect(ticksOf(1, UNITS.count, true)).toEqual([0, 1]);
    expect(ticksOf(3, UNITS.count, true)).toEqual([0, 1, 2, 3]);
    expect(ticksOf(9, UNITS.count, true)).toEqual([0, 3, 6, 9]);
    for (const none of [0, -1, Number.NaN]) expect(ticksOf(none)).toEqual([0, 1]);
  });

  it('counts in whole units of bytes and time', () => {
    const mega = 1024 ** 2;
    expect(ticksOf(300 * mega, UNITS.bytes)).toEqual([0, 100 * mega, 200 * mega, 300 * mega]);
    expect(ticksOf(150_000, UNITS.time)).toEqual([0, 60_000, 120_000, 180_000]);
    expect(ticksOf(7000, UNITS.time)).toEqual([0, 2000, 4000, 6000, 8000]);
  });

  it('never ends below the greatest, has few steps, and begins with 0', () => {
    for (let max = 0.001; max < 1e12; max *= 1.7) {
      for (const units of Object.values(UNITS)) {
        const ticks = ticksOf(max, units);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * 0.999_99);
        expect(ticks.length).toBeLessThan(7);
      }
    }
  });
});

describe('the axis of time', () => {
  it('has whole hours and, where one lives, whole days', () => {
    expect(timeTicksOf(NOON - 100_000, NOON + 24 * HOUR, 6, 0)).toEqual(
      [0, 6, 12, 18, 24].map((hours) => NOON + hours * HOUR),
    );
    const [first = 0] = timeTicksOf(NOON, NOON + 7 * 24 * HOUR, 8, 8 * HOUR);
    expect(new Date(first).toISOString()).toBe('2026-11-24T16:00:00.000Z');
  });

  it('never has more than was asked for and one', () => {
    for (let length = HOUR; length < 100 * 24 * HOUR; length *= 1.3) {
      const ticks = timeTicksOf(NOON, NOON + length, 5, 0);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });
});

describe('what is drawn', () => {
  it('is summed up in words', () => {
    expect(summaryOf([null, 3, 1, null])).toEqual({ min: 1, max: 3, last: 1, sum: 4 });
    expect(summaryOf([null])).toBeUndefined();
  });

  it('is not drawn through where nothing was measured', () => {
    expect(stretchesOf([1, 2, null, null, 0, null, 3])).toEqual([
      [0, 1],
      [4, 4],
      [6, 6],
    ]);
    expect(stretchesOf([])).toEqual([]);
  });

  it('stacks the parts', () => {
    expect(
      stackOf([
        [1, null],
        [2, 5],
      ]),
    ).toEqual([
      [
        [0, 1],
        [0, 0],
      ],
      [
        [1, 3],
        [0, 5],
      ],
    ]);
  });
});
