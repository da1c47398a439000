import { describe, expect, it } from 'vitest';

import { noise, numbers } from './testing/pairs.ts';
import { rabinKarp, rollsum } from './weak.ts';

const NOTHING = { bits: new Int32Array(1), shift: 27 };
const ALL = { bits: new Int32Array(1).fill(-1), shift: 27 };

describe.each([
  ['rabinkarp', rabinKarp],
  ['rollsum', rollsum],
])('TL-3 the rolling sum %s', (_name, make) => {
  const bytes = noise(3000, numbers(9));

  it.each([1, 2, 3, 4, 5, 255, 256, 1000])('of a window of %i bytes is the same rolled as summed anew', (window) => {
    const sum = make(window);
    let rolled = sum.of(bytes, 0, window);
    for (let start = 0; start < 1500; start++) {
      expect(sum.roll(bytes, start, start + 1, rolled, ALL)).toBe(start + 1);
      rolled = sum.rolled;
      expect(rolled).toBe(sum.of(bytes, start + 1, start + 1 + window));
    }
  });

  it('goes on to the last place when the filter has nothing', () => {
    const sum = make(100);
    expect(sum.roll(bytes, 0, 2000, sum.of(bytes, 0, 100), NOTHING)).toBe(2000);
    expect(sum.rolled).toBe(sum.of(bytes, 2000, 2100));
  });

  it('shrinks down to nothing', () => {
    const sum = make(500);
    let shrunk = sum.of(bytes, 0, 500);
    for (let start = 0; start < 500; start++) {
      shrunk = sum.shrink(shrunk, 500 - start, bytes[start] as number);
      expect(shrunk).toBe(sum.of(bytes, start + 1, 500));
    }
  });
});

it('TL-3 blocks of zeros of unequal length have unequal sums', () => {
  const zeros = new Uint8Array(20);
  expect(rabinKarp(8).of(zeros, 0, 8)).not.toBe(rabinKarp(9).of(zeros, 0, 9));
  expect(rollsum(8).of(zeros, 0, 8)).not.toBe(rollsum(9).of(zeros, 0, 9));
});
