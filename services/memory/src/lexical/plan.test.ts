import { describe, expect, it } from 'vitest';

import { distinctTerms, planQuery } from './plan.ts';

const counts = (having: Record<string, number>, documents = 100_000) => ({
  documents,
  averageLength: 40,
  having: new Map(Object.entries(having)),
});
const ones = (...terms: string[]) => new Map(terms.map((term) => [term, 1]));
const names = (terms: readonly { readonly term: string }[]) => terms.map(({ term }) => term);

describe('ME-2 the plan of a query', () => {
  it('lets rare terms lead and common ones add', () => {
    const { leading, common } = planQuery(
      ones('the', 'violin', 'lesson'),
      counts({ the: 60_000, violin: 30, lesson: 900 }),
    );
    expect(names(leading)).toEqual(['violin', 'lesson']);
    expect(names(common)).toEqual(['the']);
  });

  it('lets all lead in a small store', () => {
    const { leading, common } = planQuery(ones('a', 'b', 'c'), counts({ a: 400, b: 300, c: 1 }, 500));
    expect(names(leading)).toEqual(['c', 'b', 'a']);
    expect(common).toEqual([]);
  });

  it('lets a common term lead where no rarer one finds enough', () => {
    expect(names(planQuery(ones('only'), counts({ only: 90_000 })).leading)).toEqual(['only']);
    const few = planQuery(ones('rare', 'much', 'more'), counts({ rare: 3, much: 40_000, more: 80_000 }));
    expect(names(few.leading)).toEqual(['rare', 'much']);
    expect(names(few.common)).toEqual(['more']);
  });

  it('bounds the terms, and keeps those that are asked for most', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ term: `t${n}`, weight: n < 10 ? 1 : 0.25 }));
    const kept = distinctTerms(many.toReversed());
    expect(kept.size).toBe(64);
    expect(many.slice(0, 10).every(({ term }) => kept.get(term) === 1)).toBe(true);
    const common = Object.fromEntries(many.map(({ term }) => [term, 50_000]));
    expect(planQuery(kept, counts(common)).common).toHaveLength(16);
  });

  it('takes the greatest weight of a term, in eighths, and no term without one', () => {
    const weights = distinctTerms([
      { term: 'a', weight: 0.3 },
      { term: 'a', weight: 0.49 },
      { term: 'b', weight: 0.001 },
      { term: 'c', weight: 7 },
      { term: 'd', weight: 0 },
      { term: '', weight: 1 },
    ]);
    expect([...weights]).toEqual([
      ['a', 0.5],
      ['b', 0.125],
      ['c', 1],
    ]);
  });
});
