import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EndedCall, Ledger } from './ledger.ts';

/** A ledger under test. */
export interface LedgerSubject {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** What every ledger must do. `open` gives a reason where the product is not there. */
export function describeLedger(name: string, open: () => Promise<LedgerSubject | string>): void {
  describe(`ledger of tools in ${name} (TL-5)`, () => {
    let subject: LedgerSubject;
    let missing = '';
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    }, 60_000);
    afterAll(async () => {
      if (missing === '') await subject.close();
    });
    const shows = (title: string, test: (ledger: Ledger) => Promise<void>): void => {
      it(title, async ({ skip }) => {
        if (missing !== '' && process.env['CI'] !== 'true') skip(missing);
        expect(missing).toBe('');
        await test(subject.ledger);
      });
    };
    const day = 'day:2026-11-27';
    const one = { scope: day, budget: 'search_*', micros: 40, limit: 100 };

    shows('TL-5: reserves until the budget has not so much left, and not a millionth more', async (ledger) => {
      await ledger.reserve('a', [one]);
      await ledger.reserve('a', [one]);
      await expect(ledger.reserve('a', [one])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
      await ledger.reserve('a', [{ ...one, micros: 20 }]);
      expect(await ledger.spent('a', day)).toEqual(new Map([['search_*', 100]]));
      await expect(ledger.reserve('a', [{ ...one, micros: 1 }])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    });

    shows('reserves of several budgets all or nothing', async (ledger) => {
      const run = { scope: 'run:r1', budget: '*', micros: 60, limit: 60 };
      await ledger.reserve('b', [{ ...one, limit: 1000 }, run]);
      await expect(ledger.reserve('b', [{ ...one, limit: 1000 }, run])).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
      });
      expect(await ledger.spent('b', day)).toEqual(new Map([['search_*', 40]]));
      expect(await ledger.spent('b', 'run:r1')).toEqual(new Map([['*', 60]]));
      await ledger.reserve('b', []);
    });

    shows('refuses at once what is more than the whole budget', async (ledger) => {
      await expect(ledger.reserve('c', [{ ...one, micros: 101 }])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
      expect(await ledger.spent('c', day)).toEqual(new Map());
    });

    shows('TL-5: lets of 50 reservations at the same time no more through than the budget bears', async (ledger) => {
      const all = await Promise.allSettled(
        Array.from({ length: 50 }, () => ledger.reserve('d', [{ ...one, micros: 10, limit: 170 }])),
      );
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(17);
      expect(await ledger.spent('d', day)).toEqual(new Map([['search_*', 170]]));
    });

    shows('keeps tenants and scopes apart, and forgets a scope', async (ledger) => {
      await ledger.reserve('e', [one]);
      await ledger.reserve('f', [one, { ...one, scope: 'run:r2' }]);
      await ledger.forget('f', 'run:r2');
      expect(await ledger.spent('f', 'run:r2')).toEqual(new Map());
      expect(await ledger.spent('f', day)).toEqual(new Map([['search_*', 40]]));
      expect(await ledger.spent('e', day)).toEqual(new Map([['search_*', 40]]));
    });

    shows('counts calls by day and tool, also at the same time', async (ledger) => {
      const call = (of: Partial<EndedCall>): EndedCall => ({
        tenant: 'g',
        day: '2026-11-27',
        tool: 'bash',
        failed: false,
        micros: 5,
        ...of,
      });
      await Promise.all(Array.from({ length: 20 }, (_, at) => ledger.count(call({ failed: at % 4 === 0 }))));
      await ledger.count(call({ day: '2026-11-26', tool: '工具' }));
      await ledger.count(call({ day: '2026-11-20' }));
      await ledger.count(call({ tenant: 'h' }));
      expect(await ledger.usage('g', '2026-11-21')).toEqual([
        { day: '2026-11-26', tool: '工具', calls: 1, failed: 0, micros: 5 },
        { day: '2026-11-27', tool: 'bash', calls: 20, failed: 5, micros: 100 },
      ]);
      expect(await ledger.usage('nobody', '2026-01-01')).toEqual([]);
    });
  });
}
