import { describe, expect, it } from 'vitest';

import { ForgettingConfigSchema } from './config.ts';
import { createCurve, type Visited } from './curve.ts';

const DAY = 86_400_000;
const config = ForgettingConfigSchema.parse({});
const curve = createCurve(config);

/** Numbers from 0 up to, but not including, 1: always the same (mulberry32, T. Ettinger 2017). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const memory = (more: Partial<Visited> = {}): Visited => ({
  kind: 'fact',
  pinned: false,
  strengthDays: 10,
  createdAt: 0,
  lastRecalledAt: 0,
  ...more,
});
/** S after recalls on these days. */
const after = (days: readonly number[], strengthDays = 10): number => {
  let one = memory({ strengthDays });
  for (const day of days) {
    one = memory({ strengthDays: curve.strengthened(one, day * DAY), lastRecalledAt: day * DAY });
  }
  return one.strengthDays;
};

describe('ME-3 the curve of forgetting', () => {
  it('is exp(-t / S): 37 % is left after S days', () => {
    expect(curve.retention(memory(), 0)).toBe(1);
    expect(curve.retention(memory(), 10 * DAY)).toBeCloseTo(Math.exp(-1), 12);
    expect(curve.retention(memory({ lastRecalledAt: 10 * DAY }), 20 * DAY)).toBeCloseTo(Math.exp(-1), 12);
  });

  it('falls with time and rises with strength, between 0 and 1, for a thousand memories', () => {
    const next = generator(1);
    for (let n = 0; n < 1000; n++) {
      const one = memory({ strengthDays: next() * 1000, lastRecalledAt: next() * 100 * DAY });
      const [early, late] = [next() * 1000 * DAY, 0].map((at) => at + 100 * DAY) as [number, number];
      const [first, second] = [Math.min(early, late), Math.max(early, late)];
      const [a, b] = [curve.retention(one, first), curve.retention(one, second)];
      expect(a).toBeGreaterThanOrEqual(b);
      expect(b).toBeGreaterThanOrEqual(0);
      expect(a).toBeLessThanOrEqual(1);
      expect(curve.retention({ ...one, strengthDays: one.strengthDays * 2 }, second)).toBeGreaterThanOrEqual(b);
    }
  });

  it('a recall strengthens, the more the nearer it was to being forgotten, and never beyond the bound', () => {
    const next = generator(2);
    for (let n = 0; n < 1000; n++) {
      const one = memory({ strengthDays: 0.1 + next() * config.most_days });
      const [soon, later] = [next() * 100, 100 + next() * 1000];
      const [a, b] = [curve.strengthened(one, soon * DAY), curve.strengthened(one, later * DAY)];
      expect(a).toBeGreaterThanOrEqual(one.strengthDays);
      expect(b).toBeGreaterThanOrEqual(a);
      expect(b).toBeLessThanOrEqual(Math.max(config.most_days, one.strengthDays));
    }
    expect(curve.strengthened(memory(), 0)).toBe(10);
  });

  it('the same number of recalls holds longer spaced than massed (spacing effect)', () => {
    const next = generator(3);
    for (let n = 0; n < 200; n++) {
      const count = 2 + Math.floor(next() * 8);
      const massed = Array.from({ length: count }, (_, at) => 1 + at * 0.01);
      const spaced = Array.from({ length: count }, (_, at) => 1 + at * (1 + next() * 10));
      expect(after(spaced)).toBeGreaterThan(after(massed));
    }
    expect(after([1, 2, 3])).toBeGreaterThan(after([1, 2]));
  });

  it('what is strong grows by a smaller share', () => {
    const share = (days: number) => {
      const one = memory({ strengthDays: days });
      return curve.strengthened(one, days * DAY) / days;
    };
    expect(share(1)).toBeGreaterThan(share(10));
    expect(share(10)).toBeGreaterThan(share(100));
  });

  it('gives numbers for clocks that were set back, for nothing and for very much', () => {
    for (const strengthDays of [0, -5, 1e-300, 1e300]) {
      for (const now of [-1e15, 0, 1, 1e15, Number.MAX_SAFE_INTEGER]) {
        const one = memory({ strengthDays, createdAt: 1e12 });
        for (const value of [curve.retention(one, now), curve.strengthened(one, now), curve.weight(one, now)]) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }
    }
    expect(curve.retention(memory({ createdAt: 10 * DAY }), 0)).toBe(1);
  });

  it('leaves what is pinned and parts of documents alone', () => {
    expect(curve.retention(memory({ pinned: true }), 1e15)).toBe(1);
    expect(curve.retention(memory({ kind: 'chunk' }), 1e15)).toBe(1);
  });

  it('never takes more of a score than the floor leaves', () => {
    expect(curve.weight(memory(), 0)).toBe(1);
    expect(curve.weight(memory(), 1e15)).toBeCloseTo(config.weight_floor, 12);
  });

  it('begins firmer with what people said and are sure of', () => {
    const provenance = {
      trust: 'user',
      origin: '',
      runId: '',
      actionId: '',
      documentId: '',
      author: '',
      evidence: '',
      location: '',
    } as const;
    const initial = (trust: 'user' | 'agent' | 'outside', confidence: number) =>
      curve.initial({ kind: 'fact', provenance: { ...provenance, trust }, confidence });
    expect(initial('user', 1)).toBe(30);
    expect(initial('user', 1)).toBeGreaterThan(initial('agent', 1));
    expect(initial('agent', 1)).toBeGreaterThan(initial('outside', 1));
    expect(initial('user', 0.2)).toBeLessThan(initial('user', 0.9));
  });
});
