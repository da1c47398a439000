import { expect, it } from 'vitest';

import { dayBefore, totalsOf } from './usage.ts';

it('adds up the days of each tool', () => {
  const day = (tool: string, calls: number, failed: number) => ({ day: '', tool, calls, failed, cost_usd: 0.5 });
  expect([...totalsOf([day('a', 2, 1), day('b', 1, 0), day('a', 3, 0)])]).toEqual([
    ['a', { calls: 5, failed: 1, cost: 1 }],
    ['b', { calls: 1, failed: 0, cost: 0.5 }],
  ]);
});

it('counts days back over the end of a month', () => {
  expect(dayBefore(Date.parse('2026-03-01T00:30:00Z'), 1)).toBe('2026-02-28');
});
