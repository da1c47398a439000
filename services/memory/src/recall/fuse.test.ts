import { describe, expect, it } from 'vitest';

import { fuse } from './fuse.ts';

const scored = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([seq, score]) => ({ seq, score }));

describe('ME-2 fusion', () => {
  it('is the weighted mean of scores from 0 to 1, and says what each source said', () => {
    const [first, second, third] = fuse([
      { source: 'bm25', weight: 3, scored: scored([1, 8], [2, 4]) },
      { source: 'dense', weight: 1, scored: scored([2, 0.9], [3, 0.7], [1, 0.5]) },
    ]);
    expect(first).toEqual({
      seq: 1,
      score: 0.75,
      sources: [
        { source: 'bm25', score: 8, rank: 1 },
        { source: 'dense', score: 0.5, rank: 3 },
      ],
    });
    expect(second?.seq).toBe(2);
    expect(second?.score).toBeCloseTo((3 * 0.5 + 1) / 4);
    expect(third?.score).toBeCloseTo(0.5 / 4);
  });

  it('lets those that answer speak for all: the weight of a source that found nothing is not counted', () => {
    const found = { source: 'bm25', weight: 1, scored: scored([7, 2]) } as const;
    expect(fuse([found, { source: 'dense', weight: 9, scored: [] }])[0]?.score).toBe(1);
    expect(fuse([])).toEqual([]);
  });

  it('orders ties by what is newer, and bears scores that are alike or nothing', () => {
    expect(fuse([{ source: 'dense', weight: 1, scored: scored([1, 0.4], [2, 0.4]) }]).map(({ seq }) => seq)).toEqual([
      2, 1,
    ]);
    expect(fuse([{ source: 'bm25', weight: 1, scored: scored([1, 0]) }])[0]?.score).toBe(1);
  });
});
