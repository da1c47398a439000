import { describe, expect, it } from 'vitest';

import { START, toSegment } from './event.ts';
import { StoredRows } from './stored-rows.ts';

/** Rows of one event each with `chars` of text, and the runs whose row was read, in order. */
function rowsOf(chars: number) {
  const reads: string[] = [];
  const rows = new StoredRows({
    segments: async (runId) => {
      reads.push(runId);
      const segment = toSegment([{ fence: 1, n: 1, type: 'model.delta', at: 0, data: { text: 'x'.repeat(chars) } }]);
      return segment ? [{ ...segment, entry: 1 }] : [];
    },
  });
  return { reads, read: (runId: string) => rows.next(runId, START, 0) };
}

describe('StoredRows', () => {
  it('reads a row once for all who ask for it, together or one after the other', async () => {
    const { reads, read } = rowsOf(100);
    const [one, other] = await Promise.all([read('a'), read('a')]);
    expect(one?.events).toHaveLength(1);
    expect(other).toBe(one);
    expect(await read('a')).toBe(one);
    expect(reads).toEqual(['a']);
  });

  it('keeps large rows up to its bound, and forgets the one that was used longest ago', async () => {
    const { reads, read } = rowsOf(400 * 1024);
    for (const run of ['a', 'b', 'a', 'c', 'a', 'b']) await read(run);
    expect(reads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('forgets small rows only when they are many', async () => {
    const { reads, read } = rowsOf(10);
    for (let n = 0; n < 512; n += 1) await read(`run${n}`);
    await read('run0');
    expect(reads).toHaveLength(512);
    await read('one more');
    await read('run0');
    expect(reads).toHaveLength(513);
    await read('run1');
    expect(reads).toHaveLength(514);
  });

  it('reads the rows of a long log some at a time, each event once and in order', async () => {
    const events = Array.from({ length: 100 }, (_, at) => ({
      fence: 1,
      n: at + 1,
      type: 'model.delta' as const,
      at: 0,
      data: { text: `${at}` },
    }));
    const stored = events.flatMap((event, at) => {
      const segment = toSegment([event]);
      return segment ? [{ ...segment, entry: at + 1 }] : [];
    });
    let reads = 0;
    const rows = new StoredRows({
      segments: async (_run, after, afterEntry, limit) => {
        reads += 1;
        return stored.filter(({ entry, lastN }) => entry > afterEntry && lastN > after.n).slice(0, limit);
      },
    });
    const seen: number[] = [];
    let entry = 0;
    for (let after = START, row = await rows.next('a', after, entry); row; row = await rows.next('a', after, entry)) {
      seen.push(...row.events.map(({ n }) => n));
      after = { fence: 1, n: seen.at(-1) ?? 0 };
      entry = row.entry;
    }
    expect(seen).toEqual(events.map(({ n }) => n));
    expect(reads).toBeLessThan(10);
  });

  it('looks again where there was no row yet', async () => {
    let looks = 0;
    const rows = new StoredRows({
      segments: async () => {
        looks += 1;
        return [];
      },
    });
    expect(await rows.next('a', START, 0)).toBeUndefined();
    expect(await rows.next('a', START, 0)).toBeUndefined();
    expect(looks).toBe(2);
  });
});
