import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MemoryRecord } from '../record.ts';
import { beside, besideEach } from './group.ts';
import { fact, openTestRecords, type TestRecords, turn } from './testing.ts';

let memory: TestRecords;

beforeEach(async () => {
  memory = await openTestRecords();
});

afterEach(async () => {
  await memory.close();
});

describe('ME-1 what stands beside many memories', () => {
  // Two groups that are mixed, places that are taken twice, gaps, and what stands alone.
  async function added(): Promise<MemoryRecord[]> {
    const drafts = Array.from({ length: 120 }, (_, n) => {
      const place = Math.floor((n * 7) % 60) * (n % 3 === 0 ? 1 : 2);
      return n % 11 === 0 ? fact(`fact ${n}`) : turn(`turn ${n}`, place, { group: n % 2 === 0 ? 'one' : 'two' });
    });
    return (await memory.records.add(drafts)).map(({ record }) => record);
  }

  async function expectAlike(asked: readonly MemoryRecord[], span: number): Promise<void> {
    const many = await besideEach(memory.database, asked, span);
    for (const record of asked) {
      const { before, after } = await beside(memory.database, record, span);
      const found = many.get(record.seq) ?? { before: [], after: [] };
      expect(found.before.map(({ seq }) => seq)).toEqual(before.map(({ seq }) => seq));
      expect(found.after.map(({ seq }) => seq)).toEqual(after.map(({ seq }) => seq));
    }
  }

  it.each([1, 2, 3])('is the same as beside each one: all of them, a stretch, far apart (span %i)', async (span) => {
    const all = await added();
    await expectAlike(all, span);
    await expectAlike(all.slice(30, 60), span);
    await expectAlike(
      all.filter((_, n) => n % 40 === 1),
      span,
    );
  });

  it('leaves out what is archived since it was read, and still says what stands beside its place', async () => {
    const all = await added();
    const gone = all.filter((_, n) => n % 5 === 0);
    const viewer = { tenant: gone[0]?.scope.tenant ?? '', user: '', agent: '', everybody: true };
    await memory.records.setState(
      viewer,
      gone.map(({ id }) => id),
      'archived',
    );
    await expectAlike(all, 1);
  });

  it('reads nothing for no span', async () => {
    expect((await besideEach(memory.database, await added(), 0)).size).toBe(0);
  });
});
