import { describe, expect, it } from 'vitest';

import { byDay, dayAfter, dayOf, startOf } from './days.ts';

const at = (day: string, hour: number) => {
  const date = new Date(startOf(day));
  date.setHours(hour);
  return { at: date.toISOString() };
};

describe('days of the timeline (ME-3)', () => {
  it('begin at midnight of the reader, and end where the next begins', () => {
    expect(dayOf(new Date(startOf('2026-11-27')))).toBe('2026-11-27');
    expect(new Date(startOf('2026-11-27')).getHours()).toBe(0);
    expect(dayAfter('2026-11-30')).toBe('2026-12-01');
    expect(dayAfter('2028-02-28')).toBe('2028-02-29');
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
  });

  it('hold what follows one another, in the order that it came in', () => {
    const items = [at('2026-11-27', 23), at('2026-11-27', 1), at('2026-11-26', 23)];
    expect(byDay(items).map(({ day, items: { length } }) => [day, length])).toEqual([
      ['2026-11-27', 2],
      ['2026-11-26', 1],
    ]);
    // Ordered by retention a day may come again.
    expect(byDay([items[0], items[2], items[1]].flatMap((one) => one ?? [])).map(({ day }) => day)).toEqual([
      '2026-11-27',
      '2026-11-26',
      '2026-11-27',
    ]);
    expect(byDay([])).toEqual([]);
  });
});
