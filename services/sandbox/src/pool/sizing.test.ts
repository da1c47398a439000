import { describe, expect, it } from 'vitest';

import { averageMs, type Demand, demandAfterOne, demandAt, NO_DEMAND, readyWanted } from './sizing.ts';

/** Numbers that look random, and are the same in each run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const CASES = 2000;

describe('how many are kept ready (SB-4)', () => {
  it('is a whole number from min to max, whatever the demand', () => {
    const random = seeded(1);
    for (let i = 0; i < CASES; i += 1) {
      const min = Math.floor(random() * 5);
      const bounds = { min, max: min + Math.floor(random() * 50), idleMs: random() * 1e6 };
      const [rate, makeMs] = [10 ** (random() * 12 - 6), 10 ** (random() * 8 - 2)];
      const wanted = readyWanted(rate, makeMs, random() * 2e6, bounds);
      expect(Number.isInteger(wanted)).toBe(true);
      expect(wanted).toBeGreaterThanOrEqual(bounds.min);
      expect(wanted).toBeLessThanOrEqual(bounds.max);
    }
  });

  it('never falls when more are taken, or when making one takes longer', () => {
    const random = seeded(2);
    const bounds = { min: 0, max: 1000, idleMs: 1 };
    for (let i = 0; i < CASES; i += 1) {
      const [rate, makeMs] = [random() * 100, random() * 5000];
      const wanted = readyWanted(rate, makeMs, 0, bounds);
      expect(readyWanted(rate * (1 + random()), makeMs, 0, bounds)).toBeGreaterThanOrEqual(wanted);
      expect(readyWanted(rate, makeMs * (1 + random()), 0, bounds)).toBeGreaterThanOrEqual(wanted);
      expect(wanted, 'covers what is taken meanwhile').toBeGreaterThanOrEqual((rate * makeMs) / 1000);
    }
  });

  it('is min when nothing was taken for the idle time, and one at least as long as it is not idle', () => {
    const random = seeded(3);
    for (let i = 0; i < CASES; i += 1) {
      const bounds = { min: Math.floor(random() * 3), max: 10, idleMs: 1 + random() * 1e6 };
      expect(readyWanted(random() * 1000, 1000, bounds.idleMs, bounds)).toBe(bounds.min);
      expect(readyWanted(1e-6 + random(), 1, bounds.idleMs / 2, bounds)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('demand (SB-4)', () => {
  it('comes near to the rate at which something is taken', () => {
    for (const perSecond of [0.5, 2, 20, 200]) {
      let demand: Demand = NO_DEMAND;
      for (let now = 0; now < 100_000; now += 1000 / perSecond) demand = demandAfterOne(demand, now);
      expect(demand.perSecond / perSecond).toBeGreaterThan(0.95);
      expect(demand.perSecond / perSecond).toBeLessThan(1.15);
    }
  });

  it('only decays while nothing is taken, alike in one step and in many, and never below nothing', () => {
    const random = seeded(4);
    for (let i = 0; i < CASES; i += 1) {
      const demand = { perSecond: random() * 100, at: random() * 1e6 };
      const [first, second] = [random() * 1e5, random() * 1e5];
      const once = demandAt(demand, demand.at + first + second);
      const twice = demandAt(demandAt(demand, demand.at + first), demand.at + first + second);
      expect(once.perSecond).toBeLessThanOrEqual(demand.perSecond);
      expect(once.perSecond).toBeGreaterThanOrEqual(0);
      expect(twice.perSecond).toBeCloseTo(once.perSecond, 9);
    }
  });

  it('does not grow when the clock stands still or goes back', () => {
    const demand = { perSecond: 3, at: 1000 };
    expect(demandAt(demand, 1000).perSecond).toBe(3);
    expect(demandAt(demand, 500).perSecond).toBe(3);
  });
});

it('an average of durations lies between the least and the greatest of them', () => {
  const random = seeded(5);
  const durations = Array.from({ length: 100 }, () => random() * 1000);
  let average: number | undefined;
  for (const [i, duration] of durations.entries()) {
    average = averageMs(average, duration);
    const seen = durations.slice(0, i + 1);
    expect(average).toBeGreaterThanOrEqual(Math.min(...seen));
    expect(average).toBeLessThanOrEqual(Math.max(...seen));
  }
});
