import { describe, expect, it } from 'vitest';

import { readQuery } from './query.ts';

describe('ME-2 what is read out of a question', () => {
  it.each([
    ['When did Nora move?', true],
    ['How long has Felix lived here?', true],
    ['Which year did she graduate?', true],
    ['林晓什么时候搬家的？', true],
    ['她哪年畢業？', true],
    ['What did Nora buy when it rained?', false],
    ['林晓住在哪里？', false],
  ])('%s asks for a time: %s', (text, asksWhen) => expect(readQuery(text).asksWhen).toBe(asksWhen));

  it('finds quoted words in the marks of both languages', () => {
    expect(readQuery('who said "Never Again" and “so what”?').phrases).toEqual(['never again', 'so what']);
    expect(readQuery('谁说过「一路順風」，读过《三体》？').phrases).toEqual(['一路顺风', '三体']);
  });

  it('offers whatever could be a name to the graph, in any case', () => {
    expect(readQuery("what is ada lovelace's dog called").names).toEqual(
      expect.arrayContaining(['ada', 'ada lovelace', 'dog']),
    );
    expect(readQuery('林晓在极光咖啡工作吗').names).toEqual(expect.arrayContaining(['林晓', '极光咖啡']));
  });

  it('takes any text, and bounds what it takes', () => {
    for (const text of ['', ' ', '\0', '\ud800', '😀', '?'.repeat(10_000)]) expect(() => readQuery(text)).not.toThrow();
    expect(readQuery('word '.repeat(5_000)).names.length).toBeLessThanOrEqual(256);
    expect(readQuery('汉'.repeat(50_000)).names.length).toBeLessThanOrEqual(256);
  });
});
