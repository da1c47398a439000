import { describe, expect, it } from 'vitest';

import { stretchOf } from './time.ts';

/** A Wednesday. */
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

describe('ME-2 stretches of time in a question', () => {
  it.each([
    ['what did I eat yesterday', '2026-03-03', '2026-03-04'],
    ['昨天吃了什么', '2026-03-03', '2026-03-04'],
    ['the day before yesterday', '2026-03-02', '2026-03-03'],
    ['what happened last week?', '2026-02-23', '2026-03-02'],
    ['上周开会说了什么', '2026-02-23', '2026-03-02'],
    ['上個星期去了哪裡', '2026-02-23', '2026-03-02'],
    ['this month so far', '2026-03-01', '2026-04-01'],
    ['what broke last month', '2026-02-01', '2026-03-01'],
    ['去年夏天', '2025-01-01', '2026-01-01'],
    ['last year', '2025-01-01', '2026-01-01'],
    ['3 months ago', '2025-12-01', '2026-01-01'],
    ['10天前', '2026-02-22', '2026-02-23'],
  ])('%s', (text, from, until) => expect(stretchOf(text, NOW)).toEqual({ from: day(from), until: day(until) }));

  it('finds none where none is named', () => {
    expect(stretchOf('who is the last of the Mohicans?', NOW)).toBeUndefined();
    expect(stretchOf('', NOW)).toBeUndefined();
  });
});
