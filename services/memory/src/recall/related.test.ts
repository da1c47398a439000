import { queryTerms } from '@holdfast/text';
import { describe, expect, it } from 'vitest';

import { withRelated } from './related.ts';

const related = (query: string) =>
  withRelated(queryTerms(query))
    .filter(({ weight }) => weight < 1)
    .map(({ term }) => term);

describe('ME-2 related words', () => {
  it('searches for words of the same topic beside those that were asked for, in both languages', () => {
    expect(related('What job does she have?')).toEqual(expect.arrayContaining(['career']));
    // The example of docs/memory.md: "I prefer trains over flying."
    expect(related('How does she like to travel?')).toEqual(expect.arrayContaining(['train', 'fli']));
    expect(related('她喜欢怎么旅行')).toEqual(expect.arrayContaining(['火车']));
    expect(related('她的职业是什么')).toEqual(expect.arrayContaining(['上班']));
    expect(related('她的職業是什麼')).toEqual(expect.arrayContaining(['上班']));
  });

  it('keeps what was asked for first and whole, and never adds it again', () => {
    const terms = queryTerms('job career Nora');
    const all = withRelated(terms);
    expect(all.slice(0, terms.length)).toEqual(terms.map((term) => ({ term, weight: 1 })));
    expect(new Set(all.map(({ term }) => term)).size).toBe(all.length);
  });

  it('adds little to long questions, and nothing to names and numbers', () => {
    expect(related('job family travel health food hobby money music pet school sad happy').length).toBeLessThanOrEqual(
      24,
    );
    expect(related('Nora E-4102 parseConfig')).toEqual([]);
  });
});
