import { describe, expect, it } from 'vitest';

import { meanOf, qualityOf } from './measures.ts';

describe('ME-2 the measures of bench:recall', () => {
  it('are those of a hand count', () => {
    const relevant = new Map([
      ['a', 1],
      ['b', 1],
      ['gone', 1],
    ]);
    const { recall, ndcg, reciprocalRank } = qualityOf(['x', 'a', 'y', 'b'], relevant, [1, 2, 5]);
    expect([...recall]).toEqual([
      [1, 0],
      [2, 1 / 3],
      [5, 2 / 3],
    ]);
    const best = 1 + 1 / Math.log2(3) + 1 / 2;
    expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / best);
    expect(reciprocalRank).toBe(1 / 2);
  });

  it('are nothing where nothing is found, and all where everything is', () => {
    const relevant = new Map([['a', 2]]);
    expect(qualityOf([], relevant, [5])).toEqual({ recall: new Map([[5, 0]]), ndcg: 0, reciprocalRank: 0 });
    expect(qualityOf(['a'], relevant, [5])).toEqual({ recall: new Map([[5, 1]]), ndcg: 1, reciprocalRank: 1 });
    expect(meanOf([], [5]).ndcg).toBe(0);
  });
});
