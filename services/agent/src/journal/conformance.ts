import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toSegment } from '../events/event.ts';
import { begin, fold } from '../run/machine.ts';
import { summarise } from '../run/summary.ts';
import { createdRecord, intentRecord, modelOutcome, outcomeRecord } from '../run/testing.ts';
import type { Append, Claim, Journal, NewRun } from './journal.ts';
import { type Created, formatRecords, type JournalRecord } from './record.ts';

/** An opened journal of one product, and how to close it. */
export interface OpenedJournal {
  readonly journal: Journal;
  close(): Promise<void>;
}

function newRun(change: Partial<Created> = {}, requestKey = ''): NewRun {
  const created = createdRecord({ tenant: randomUUID(), ...change });
  const segment = toSegment([{ fence: 0, n: 1, type: 'run.created', at: created.at, data: {} }]);
  if (!segment) throw new Error('no segment');
  return { id: `run_${randomUUID()}`, created, summary: summarise(begin(created), 1, 'test'), segment, requestKey };
}

/** One entry whose first record is number `firstSeq`; tests give it the same number as entry, which is only unique. */
function appendOf(firstSeq: number, records: readonly JournalRecord[], more: Partial<Append> = {}): Append {
  return { entry: firstSeq, firstSeq, count: records.length, records: formatRecords(records), ...more };
}

/** The suite that every journal passes (AG-2). `open` opens the same store each time. */
export function journalConformance(product: string, open: () => Promise<OpenedJournal>): void {
  describe(`journal on ${product} (AG-2)`, () => {
    let opened: OpenedJournal;
    let journal: Journal;
    beforeAll(async () => {
      opened = await open();
      journal = opened.journal;
    });
    afterAll(() => opened.close());

    const claimed = async (run: NewRun, worker = 'w1', now = 10_000): Promise<Claim> => {
      await journal.create(run);
      const claim = await journal.claim({ runId: run.id, fence: 0, lostBefore: 0 }, worker, now, 1000);
      return claim ?? expect.fail('not claimed');
    };

    it('gives back what was appended, as records and as a state', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      const records = [intentRecord('m1'), modelOutcome('m1', 'hello 世界 \u0000', ['a'])];
      await journal.append(lease, appendOf(2, records));
      expect(await journal.read(run.id)).toEqual(
        [run.created, ...records].map((record, i) => ({ seq: i + 1, record })),
      );
      const loaded = await journal.load(run.id);
      expect(loaded?.seq).toBe(3);
      expect(loaded?.state.messages.at(-1)).toMatchObject({ role: 'assistant' });
      expect((await journal.loadAt(run.id, 1))?.step).toBe(0);
      expect(await journal.load('run_none')).toBeUndefined();
    });

    it('loads from the latest snapshot on, and as of any record before it', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      const first = [intentRecord('m1'), modelOutcome('m1', '', ['a'])];
      await journal.append(lease, appendOf(2, first));
      const { state } = (await journal.load(run.id)) ?? expect.fail('not loaded');
      const second = [intentRecord('t1.0')];
      const marked = { ...fold(second, state), queuedTask: 'only in the snapshot' };
      await journal.append(lease, appendOf(4, second, { snapshot: JSON.stringify(marked) }));
      await journal.append(lease, appendOf(5, [outcomeRecord('t1.0')]));
      const loaded = (await journal.load(run.id)) ?? expect.fail('not loaded');
      expect(loaded.seq).toBe(5);
      expect(loaded.state.messages.at(-1)).toEqual({ role: 'user', text: 'only in the snapshot' });
      expect((await journal.loadAt(run.id, 3))?.queuedTask).toBe('');
    });

    it('keeps which runs are to be learned from, until that is done (ME-2)', async () => {
      const [first, second] = [newRun(), newRun()];
      const end = async (run: NewRun, at: number, learn: boolean) => {
        const { lease } = await claimed(run);
        const status = { status: 'succeeded', summary: run.summary, release: true, at, learn } as const;
        await journal.append(lease, appendOf(2, [{ kind: 'ended', at, status: 'succeeded', output: '' }], { status }));
      };
      await end(first, 100, true);
      await end(second, 200, true);
      await end(newRun(), 50, false);
      expect(await journal.takeToLearn(99, 1000)).toBeUndefined();
      expect(await journal.takeToLearn(250, 1000)).toEqual({ runId: first.id, attempts: 1 });
      expect(await journal.takeToLearn(250, 1100)).toEqual({ runId: second.id, attempts: 1 });
      expect(await journal.takeToLearn(999, 2000)).toBeUndefined();
      expect(await journal.takeToLearn(1000, 2000)).toEqual({ runId: first.id, attempts: 2 });
      await journal.learned(first.id);
      await journal.releaseToLearn();
      expect(await journal.takeToLearn(0, 3000)).toEqual({ runId: second.id, attempts: 2 });
      await journal.learned(second.id);
      await journal.learned(second.id);
      await journal.releaseToLearn();
      expect(await journal.takeToLearn(10_000, 20_000)).toBeUndefined();
    });

    it('gives a run that is to be learned from to one of many who ask (ME-2)', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      const status = { status: 'failed', summary: run.summary, release: true, at: 5, learn: true } as const;
      await journal.append(lease, appendOf(2, [{ kind: 'ended', at: 5, status: 'failed', output: '' }], { status }));
      const taken = await Promise.all(Array.from({ length: 5 }, () => journal.takeToLearn(10, 1000)));
      expect(taken.filter((one) => one !== undefined)).toEqual([{ runId: run.id, attempts: 1 }]);
      await journal.learned(run.id);
    });

    it('refuses the appends of an earlier lease, with nothing written', async () => {
      const run = newRun();
      const { lease: old } = await claimed(run);
      const lost = await journal.claim({ runId: run.id, fence: old.fence, lostBefore: 99_999 }, 'w2', 50_000, 1000);
      expect(lost).toMatchObject({ recovered: true, row: { recoveries: 1, totalRecoveries: 1 }, lease: { fence: 2 } });
      await expect(journal.append(old, appendOf(2, [intentRecord('m1')]))).rejects.toMatchObject({ code: 'FENCED' });
      expect(await journal.read(run.id)).toHaveLength(1);
      await journal.append(lost?.lease ?? old, appendOf(2, [intentRecord('m1')]));
      expect(await journal.read(run.id)).toHaveLength(2);
    });

    it('lets exactly one of many workers claim a run', async () => {
      const run = newRun();
      await journal.create(run);
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          journal.claim({ runId: run.id, fence: 0, lostBefore: 0 }, `w${n}`, 1, 1000),
        ),
      );
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    });

    it('never writes one number twice, even under one lease', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      await journal.append(lease, appendOf(2, [intentRecord('m1')]));
      await expect(journal.append(lease, appendOf(2, [intentRecord('m2')]))).rejects.toThrow();
      expect(await journal.read(run.id)).toHaveLength(2);
    });

    it('does not claim a run whose lease has not ended, nor one that has ended', async () => {
      const run = newRun();
      const { lease, row } = await claimed(run, 'w1', 10_000);
      const again = (lostBefore: number) =>
        journal.claim({ runId: run.id, fence: lease.fence, lostBefore }, 'w2', 1, 1);
      expect(await again(10_500)).toBeUndefined();
      await journal.renew('w1', 20_000);
      expect(await again(15_000)).toBeUndefined();
      const ended = { kind: 'ended', at: 1, status: 'succeeded', output: 'x' } as const;
      const status = { status: 'succeeded', summary: row.summary, release: true, at: 77 } as const;
      await journal.append(lease, appendOf(2, [ended], { status }));
      expect(await again(Number.MAX_SAFE_INTEGER)).toBeUndefined();
      expect(await journal.get(run.created.tenant, run.id)).toMatchObject({
        status: 'succeeded',
        endedAt: 77,
        worker: '',
      });
    });

    it('lists what waits: lost runs first, then the oldest, some of each tenant', async () => {
      const many = newRun({ at: 1 });
      const { tenant } = many.created;
      for (const at of [3, 1, 2]) await journal.create(newRun({ tenant, at }));
      const small = newRun({ at: 9 });
      await journal.create(small);
      const lost = newRun({ tenant, at: 99 });
      await claimed(lost, 'dead', 0);
      const mine = (await journal.claimable('w9', 5000, 2)).filter((one) =>
        [tenant, small.created.tenant].includes(one.tenant),
      );
      expect(
        mine.filter((one) => one.tenant === tenant).map(({ createdAt, recovery }) => [createdAt, recovery]),
      ).toEqual([
        [99, true],
        [1, false],
      ]);
      expect(mine.filter((one) => one.tenant !== tenant).map(({ runId }) => runId)).toEqual([small.id]);
      const notYet = await journal.claimable('w9', 500, 2);
      expect(notYet.some((one) => one.runId === lost.id)).toBe(false);
      const ownOnes = await journal.claimable('dead', 5000, 2);
      expect(ownOnes.some((one) => one.runId === lost.id)).toBe(false);
      expect(await journal.count(['queued', 'running'])).toBeGreaterThanOrEqual(5);
    });

    it('creates one run only under one request key, also when asked at once', async () => {
      const { tenant } = newRun().created;
      const runs = Array.from({ length: 8 }, () => newRun({ tenant }, 'key-1'));
      const ids = await Promise.all(runs.map((run) => journal.create(run)));
      expect(new Set(ids).size).toBe(1);
      expect(await journal.list({ tenant, limit: 10 })).toHaveLength(1);
      expect(await journal.create(newRun({}, 'key-1'))).not.toBe(ids[0]);
    });

    it('separates tenants and filters lists', async () => {
      const { tenant } = newRun().created;
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        const run = {
          ...newRun({ tenant, agent: n % 2 === 0 ? 'even' : 'odd', tags: [`t${n}`, '100%'] }),
          id: `run_${tenant}_${n}`,
        };
        ids.unshift(await journal.create(run));
      }
      const listed = async (query: object) => (await journal.list({ tenant, limit: 10, ...query })).map(({ id }) => id);
      expect(await listed({})).toEqual(ids);
      expect(await listed({ limit: 2, before: ids[1] ?? '' })).toEqual(ids.slice(2, 4));
      expect(await listed({ agent: 'odd' })).toEqual([ids[1], ids[3]]);
      expect(await listed({ tag: 't3' })).toEqual([ids[1]]);
      expect(await listed({ tag: '%' })).toEqual([]);
      expect(await listed({ tag: "t3' or 1=1 --" })).toEqual([]);
      expect(await listed({ statuses: ['failed'] })).toEqual([]);
      expect(await journal.get('another', ids[0] ?? '')).toBeUndefined();
    });

    it('searches task, id, agent and tags without regard to case, with nothing special in the text', async () => {
      const { tenant } = newRun().created;
      const add = (change: Partial<Created>) => journal.create(newRun({ tenant, ...change }));
      const apples = await add({ at: 1, task: 'Count the ÄPFEL\nin "a_b" \u0000 100%', tags: ['Nightly'] });
      const rock = await add({ at: 2, task: '检查磐石项目', agent: 'Reviewer', instructions: 'Count nothing.' });
      const plain = await add({ at: 3, task: 'count the axb of 1000', tags: ['ＦＵＬＬ'] });
      await journal.create(newRun({ task: 'Count for another tenant' }));
      const found = async (search: string, more: object = {}) => {
        const rows = await journal.list({ tenant, limit: 10, search, ...more });
        return rows.map(({ id }) => id).sort();
      };
      expect(await found('äpfel')).toEqual([apples]);
      expect(await found('COUNT THE')).toEqual([apples, plain].sort());
      expect(await found('count')).toEqual([apples, plain].sort());
      expect(await found('a_b')).toEqual([apples]);
      expect(await found('100%')).toEqual([apples]);
      expect(await found('%')).toEqual([apples]);
      expect(await found('"a_b" \u0000')).toEqual([apples]);
      expect(await found('磐石')).toEqual([rock]);
      expect(await found('reviewer')).toEqual([rock]);
      expect(await found('NIGHT')).toEqual([apples]);
      expect(await found('full')).toEqual([plain]);
      expect(await found(rock.slice(4).toUpperCase())).toEqual([rock]);
      expect(await found("' or 1=1 --")).toEqual([]);
      expect(await found('count', { since: 2 })).toEqual([plain]);
      expect(await found('count', { until: 3 })).toEqual([apples]);
      expect(await found('', { since: 2, until: 3 })).toEqual([rock]);
      expect(await found('count', { limit: 1, before: plain > apples ? plain : apples })).toHaveLength(1);
    });

    it('keeps signals until the append that settles them', async () => {
      const run = newRun();
      const { lease } = await claimed(run, `w-${run.id}`);
      const signals = ['a', 'b'].map((n) => ({ id: `${run.id}-${n}`, runId: run.id, at: 1, body: `"${n}"` }));
      for (const signal of signals) await journal.signal(signal);
      expect(await journal.signals({ runId: run.id })).toEqual(signals);
      expect(await journal.signals({ worker: `w-${run.id}` })).toEqual(signals);
      await journal.append(lease, appendOf(2, [], { signals: [`${run.id}-a`] }));
      expect(await journal.signals({ runId: run.id })).toEqual(signals.slice(1));
    });

    it('gives stored events back from any place on', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      const event = (n: number) => ({
        fence: lease.fence,
        n,
        type: 'model.delta' as const,
        at: n,
        data: { text: `${n}` },
      });
      let entry = 1;
      for (const ns of [[1, 2], [3], [4, 5]]) {
        const segment = toSegment(ns.map((n) => event(n))) ?? expect.fail('no segment');
        entry += 1;
        await journal.append(lease, appendOf(2, [], { entry, segment }));
      }
      const after = async (fence: number, n: number, afterEntry = 0, limit = 9) =>
        (await journal.segments(run.id, { fence, n }, afterEntry, limit)).map((segment) => [
          segment.fence,
          segment.firstN,
        ]);
      expect(await after(0, 0)).toEqual([
        [0, 1],
        [1, 1],
        [1, 3],
        [1, 4],
      ]);
      expect(await after(1, 2)).toEqual([
        [1, 3],
        [1, 4],
      ]);
      expect(await after(1, 4)).toEqual([[1, 4]]);
      expect(await after(1, 5)).toEqual([]);
      expect(await after(1, 2, 3)).toEqual([[1, 4]]);
      expect(await after(0, 0, 0, 1)).toEqual([[0, 1]]);
    });

    it('takes a record of five megabytes', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      const value = { text: '磐石'.repeat(1_250_000) };
      await journal.append(lease, appendOf(2, [intentRecord('m1'), outcomeRecord('m1', { value })]));
      expect((await journal.read(run.id, 3))[0]?.record).toMatchObject({ value });
    });

    it('keeps everything when it is closed and opened again', async () => {
      const run = newRun();
      const { lease } = await claimed(run);
      await journal.append(lease, appendOf(2, [intentRecord('m1')]));
      await opened.close();
      opened = await open();
      journal = opened.journal;
      expect(await journal.read(run.id)).toHaveLength(2);
    });
  });
}
