import { analyse, queryTerms } from '@holdfast/text';
import { describe, expect, it } from 'vitest';

import { ownCase } from './own.ts';
import { CHINESE } from './own/chinese.ts';
import { ENGLISH } from './own/english.ts';

describe('ME-2 our own corpus', () => {
  const [dev, heldOut] = [ownCase('dev'), ownCase('held-out')];

  it('is large enough, the same each time, and asks each question in one half only', () => {
    expect(dev.documents.filter(({ speaker }) => speaker !== '').length).toBeGreaterThanOrEqual(1_500);
    expect(dev.documents.filter(({ speaker }) => speaker === '').length).toBeGreaterThanOrEqual(300);
    expect(heldOut.questions.length).toBeGreaterThanOrEqual(240);
    expect(ownCase('dev')).toEqual(dev);
    const ids = [...dev.questions, ...heldOut.questions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const documents = new Set(dev.documents.map(({ id }) => id));
    for (const { relevant } of [...dev.questions, ...heldOut.questions]) {
      for (const id of relevant.keys()) expect(documents).toContain(id);
    }
  });

  it.each([ENGLISH, CHINESE])('asks in none of the words of the answer: $language', ({ said, language }) => {
    for (const { says, paraphrase } of said) {
      const has = new Set(analyse(says));
      // Single Han are shared by words that have nothing to do with one another.
      const terms = queryTerms(paraphrase.replaceAll('{N}', '')).filter(
        (term) => language === 'en' || Array.from(term).length > 1,
      );
      expect(terms.filter((term) => has.has(term))).toEqual([]);
    }
  });
});
