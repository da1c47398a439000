import { describe, expect, it } from 'vitest';

import type { MemoryRecord } from '../record.ts';
import { made } from '../records/draft.ts';
import { SAID, TEST_NOW, turn } from '../records/testing.ts';
import { hintOf } from './hints.ts';
import { readQuery } from './query.ts';

const said = (text: string, more: Partial<MemoryRecord> = {}): MemoryRecord => ({
  ...made(turn(text, 1), { now: TEST_NOW, newId: () => 'm1', strengthOf: () => 1 }),
  ...more,
});
const hint = (query: string, record: MemoryRecord) => hintOf(readQuery(query), undefined, record);

describe('ME-2 hints of a question', () => {
  it('turn down a turn that only asks, in both languages', () => {
    expect(hint('pottery', said('Do you like pottery?'))).toBeLessThan(1);
    expect(hint('陶艺', said('你喜欢陶艺吗？'))).toBeLessThan(1);
    expect(hint('pottery', said('Pottery? I love it.'))).toBe(1);
    expect(hint('pottery', said('What is pottery?', { kind: 'chunk' }))).toBe(1);
  });

  it('raise the words of whom the question names', () => {
    const nora = said('I love it.', { provenance: { ...SAID, author: 'Nora Berg' } });
    expect(hint('What does Nora love?', nora)).toBeGreaterThan(1);
    expect(hint('What does Felix love?', nora)).toBe(1);
    expect(hint('林曉喜歡什麼', said('陶艺。', { attributes: { speaker: '林晓' } }))).toBeGreaterThan(1);
  });

  it('raise what says when, where that is asked', () => {
    expect(hint('When did she move?', said('We moved last Friday.'))).toBeGreaterThan(1);
    expect(hint('她什么时候搬的家？', said('我们去年搬的。'))).toBeGreaterThan(1);
    expect(hint('Where did she move?', said('We moved last Friday.'))).toBe(1);
    expect(hint('When did she move?', said('We moved.'))).toBe(1);
  });

  it('raise what has the quoted words', () => {
    expect(hint('who said "so what"', said('So what, I thought'))).toBeGreaterThan(1);
    expect(hint('谁说「一路順風」', said('一路顺风！'))).toBeGreaterThan(1);
    expect(hint('who said "so what"', said('So, what now'))).toBe(1);
  });
});
