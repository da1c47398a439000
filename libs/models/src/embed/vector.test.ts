import { describe, expect, it } from 'vitest';

import { toUnit } from './vector.ts';

describe('ME-2 vectors of unit length', () => {
  it.each([
    [
      [3, 4],
      [0.6, 0.8],
    ],
    [
      [-1e-20, 0],
      [-1, 0],
    ],
    [
      [1e30, 0, 0],
      [1, 0, 0],
    ],
    [[7], [1]],
  ])('brings %j to %j', (values, expected) => {
    const vector = new Float32Array(values);
    expect(toUnit(vector)).toBe(true);
    for (const [at, value] of expected.entries()) expect(vector[at]).toBeCloseTo(value, 6);
  });

  it.each([[[]], [[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY]]])('says that %j has none', (values) => {
    expect(toUnit(new Float32Array(values))).toBe(false);
  });
});
