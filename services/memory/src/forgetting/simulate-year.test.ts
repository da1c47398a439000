import { expect, it } from 'vitest';

import { yearChart } from './chart.ts';
import { simulateYear } from './simulate-year.ts';

it('ME-3 over a year what is used stays, what is not fades and is summarised, and what is pinned stays', async () => {
  const fates = new Map((await simulateYear(200)).map((fate) => [fate.use, fate]));
  const left = (use: string) => fates.get(use)?.retention.at(-1) ?? Number.NaN;
  const archived = (use: string) => (fates.get(use)?.archived ?? 0) / (fates.get(use)?.of ?? 1);
  for (const use of ['every day', 'every week', 'every month', 'never, pinned'])
    expect([use, archived(use)]).toEqual([use, 0]);
  expect(archived('never')).toBeGreaterThan(0.8);
  expect(left('never, pinned')).toBe(1);
  // As often, and spaced: it holds longer.
  expect(left('ten times in 90 days')).toBeGreaterThan(left('ten times on one day'));
  expect(left('once, after 60 days')).toBeGreaterThan(left('never'));
});

it('ME-3 draws what it is given, and nothing of nothing', () => {
  const chart = yearChart([{ name: 'a', values: [1, 0.5, 0] }]);
  expect(chart.match(/<polyline points="([^"]+)"/)?.[1]?.split(' ')).toHaveLength(3);
  expect(yearChart([])).not.toContain('polyline');
});
