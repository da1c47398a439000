import { select } from '@holdfast/storage';
import { analyse } from '@holdfast/text';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MemoryRecord } from '../record.ts';
import type { RecordOrder } from './records.ts';
import { ADMIN, ALICE, ALICE_SEES, fact, SAID, TEST_NOW, type TestRecords, turn } from './testing.ts';

/** What a product is tested with: two users of one database, as two processes are. */
export interface RecordsSubject {
  readonly first: TestRecords;
  readonly second: TestRecords;
  close(): Promise<void>;
}

const TABLES = ['memory_record', 'memory_visit', 'memory_vector', 'memory_pending', 'memory_embedder', 'memory_change'];
const DAY = 86_400_000;

/** The suite that the records pass on every SQL product; a string says why it cannot run here. */
export function describeRecords(product: string, open: () => Promise<RecordsSubject | string>): void {
  describe(`ME-1 the records of the memories on ${product}`, () => {
    let subject: RecordsSubject | undefined;
    let missing = '';
    let memory!: TestRecords;

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    });
    afterAll(async () => await subject?.close());
    beforeEach(async () => {
      if (!subject) return;
      memory = subject.first;
      memory.now = TEST_NOW;
      const { records } = memory;
      const old = await records.keys({ viewer: ADMIN, anyState: true }, 0, 10_000);
      await records.erase(
        'acme',
        old.map(({ seq }) => seq),
      );
      await records.dropVectors([]);
      await records.forgetChanges((await records.changeMarks()).last);
      for (const table of TABLES) expect(await rowsOf(table), table).toBe(0);
      expect(await memory.lexical.seqs(0, 10)).toEqual([]);
    });

    const test = (title: string, body: (subject: RecordsSubject) => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body(subject);
      });
    const rowsOf = async (table: string) =>
      Number((await select(memory.database, `select count(*) as n from ${table}`, []))[0]?.['n']);
    const found = async (query: string, viewer = ALICE_SEES) => {
      const terms = [...new Set(analyse(query))].map((term) => ({ term, weight: 1 }));
      return (await memory.lexical.search(viewer, terms, 50)).map(({ seq }) => seq).toSorted(rising);
    };
    const only = async (text: string, more: Parameters<typeof fact>[1] = {}): Promise<MemoryRecord> => {
      const [added] = await memory.records.add([fact(text, more)]);
      if (!added) throw new Error('nothing was added');
      return added.record;
    };
    const ops = async () => (await memory.records.changes(0, 1000)).map(({ op, seq }) => `${op} ${seq}`);

    test('keeps a memory with all that it is given, and gives it back as it was', async () => {
      const draft = fact('Alice ist in Zürich 爱丽丝住在苏黎世 👩🏽‍🚀', {
        id: 'mine',
        attributes: { list: [1, 'two', null], deep: { a: true } },
        provenance: {
          ...SAID,
          runId: 'run_1',
          actionId: 'a1',
          documentId: 'doc',
          evidence: 'she said',
          location: 'p 3',
        },
        confidence: 0.25,
        at: TEST_NOW - DAY,
        group: 'g',
        position: 7,
        pinned: true,
        strengthDays: 3.5,
      });
      const [added] = await memory.records.add([draft]);
      expect(added).toMatchObject({
        as: 'new',
        record: { ...draft, state: 'active', revision: 1, createdAt: TEST_NOW },
      });
      expect(await memory.records.get(ALICE_SEES, ['nothing', 'mine'])).toEqual([added?.record]);
      expect(await ops()).toEqual([`put ${added?.record.seq}`]);
    });

    test('takes what says the same to the same for known, in either script and width, and writes nothing', async () => {
      const first = await only('她住在臺北，Flat １２');
      const again = await memory.records.add([fact('她住在台北，flat 12'), fact('她住在台北，flat 13')]);
      expect(again.map(({ as }) => as)).toEqual(['known', 'new']);
      expect(again[0]?.record).toEqual(first);
      const others = await memory.records.add([
        fact('她住在台北，flat 12', { scope: { ...ALICE, user: 'bob' } }),
        fact('她住在台北，flat 12', { kind: 'experience' }),
        fact('她住在台北，flat 12', { scope: { ...ALICE, tenant: 'other' } }),
      ]);
      expect(others.map(({ as }) => as)).toEqual(['new', 'new', 'new']);
      await memory.records.erase(
        'other',
        others.slice(2).map(({ record }) => record.seq),
      );
      const twice = await memory.records.add([fact('twice'), fact('Twice')]);
      expect(twice.map(({ as, record }) => [as, record.id])).toEqual([
        ['new', twice[0]?.record.id],
        ['known', twice[0]?.record.id],
      ]);
    });

    test('lets two say the same at once, and keeps one', async ({ first, second }) => {
      const both = await Promise.all(
        Array.from({ length: 12 }, (_, n) => (n % 2 ? first : second).records.add([fact('at once', { id: `r${n}` })])),
      );
      expect(both.flat().filter(({ as }) => as === 'new')).toHaveLength(1);
      expect(new Set(both.flat().map(({ record }) => record.id)).size).toBe(1);
      expect(await memory.records.count({ viewer: ALICE_SEES })).toBe(1);
    });

    test('keeps repeated turns, each at its place once', async () => {
      const talk = [turn('Yes.', 0), turn('Sure?', 1), turn('Yes.', 2)];
      expect((await memory.records.add(talk)).map(({ as }) => as)).toEqual(['new', 'new', 'new']);
      expect((await memory.records.add(talk)).map(({ as }) => as)).toEqual(['known', 'known', 'known']);
      // Another text at the same place is nobody's twin: nothing is lost.
      expect((await memory.records.add([turn('No.', 2)])).map(({ as }) => as)).toEqual(['new']);
    });

    test('shows nobody the memory whose id they name', async () => {
      await only('mine', { id: 'x' });
      const named = memory.records.add([fact('other', { id: 'x', scope: { ...ALICE, user: 'bob' } })]);
      await expect(named).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
      expect((await memory.records.add([fact('changed', { id: 'x' })]))[0]).toMatchObject({
        as: 'known',
        record: { text: 'mine' },
      });
    });

    test('refuses what it cannot keep, and then keeps nothing of the call', async () => {
      const wrong: [Parameters<typeof fact>[1], string][] = [
        [{ text: ' \0 ' }, 'INVALID_ARGUMENT'],
        [{ text: 'x'.repeat(32_001) }, 'TOO_LARGE'],
        [{ confidence: Number.NaN }, 'INVALID_ARGUMENT'],
        [{ position: -1 }, 'INVALID_ARGUMENT'],
        [{ at: 1e20 }, 'INVALID_ARGUMENT'],
        [{ strengthDays: 0 }, 'INVALID_ARGUMENT'],
        [{ attributes: { a: 'x'.repeat(20_000) } }, 'TOO_LARGE'],
        [{ provenance: { ...SAID, evidence: 'x'.repeat(2_001) } }, 'TOO_LARGE'],
        [{ scope: { ...ALICE, tenant: '' } }, 'INVALID_ARGUMENT'],
      ];
      for (const [draft, code] of wrong) {
        await expect(memory.records.add([fact('good'), fact('bad', draft)])).rejects.toMatchObject({ code });
      }
      expect(await rowsOf('memory_record')).toBe(0);
      const kept = await only('a\0b \ud800 c', { attributes: { nul: 'x\0y', half: '\udc00' } });
      expect(kept.text).toBe('ab \ufffd c');
      expect((await memory.records.get(ALICE_SEES, [kept.id]))[0]).toEqual(kept);
      expect((await only('x'.repeat(32_000))).text).toHaveLength(32_000);
    });

    test('is seen by whom it belongs to', async () => {
      const scopes = [
        { tenant: 'acme', user: '', agent: '' },
        { tenant: 'acme', user: 'alice', agent: '' },
        { tenant: 'acme', user: 'alice', agent: 'cook' },
        { tenant: 'acme', user: 'bob', agent: '' },
        { tenant: 'acme', user: '', agent: 'cook' },
      ];
      const added = await memory.records.add(scopes.map((scope, n) => fact(`secret ${n}`, { scope, id: `s${n}` })));
      const ids = added.map(({ record }) => record.id);
      const seqs = added.map(({ record }) => record.seq);
      const seen = async (user: string, agent: string, everybody = false, tenant = 'acme') => {
        const viewer = { tenant, user, agent, everybody };
        const { records } = await memory.records.list({ viewer }, { order: 'oldest', after: '', limit: 10 });
        const by = records.map(({ id }) => id.slice(1)).join('');
        const same = async (list: readonly MemoryRecord[]) => {
          const got = list.map(({ id }) => id.slice(1)).toSorted();
          expect(got.join('')).toBe(by);
        };
        await same(await memory.records.get(viewer, ids));
        await same(await memory.records.bySeq({ viewer }, seqs));
        expect(await memory.records.count({ viewer })).toBe(by.length);
        expect(await found('secret', viewer)).toEqual(records.map(({ seq }) => seq).toSorted(rising));
        return by;
      };
      expect(await seen('', '')).toBe('0');
      expect(await seen('alice', '')).toBe('01');
      expect(await seen('alice', 'cook')).toBe('0124');
      expect(await seen('bob', 'cook')).toBe('034');
      expect(await seen('', '', true)).toBe('01234');
      expect(await seen('alice', '', true, 'other')).toBe('');
      expect(await memory.records.keys({ viewer: ADMIN, user: 'alice', anyState: true }, 0, 10)).toHaveLength(2);
      expect(await memory.records.keys({ viewer: ADMIN, user: '', anyState: true }, 0, 10)).toHaveLength(2);
      await expect(
        memory.records.update({ ...ALICE_SEES, user: 'bob' }, 's1', 1, { pinned: true }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('filters, and pages through each order without gap or repetition', async () => {
      await memory.records.add(
        Array.from({ length: 23 }, (_, n) =>
          fact(`note ${n} ${n % 2 ? 'odd_' : 'ev%en'}`, {
            id: `n${n}`,
            // Some at the same time.
            at: TEST_NOW - Math.floor(n / 3) * DAY,
            strengthDays: 1 + ((n * 7) % 5),
            pinned: n === 4,
            kind: n % 4 === 0 ? 'experience' : 'fact',
            provenance: { ...SAID, runId: n < 5 ? 'run_1' : '', documentId: n > 20 ? 'doc' : '' },
          }),
        ),
      );
      memory.now = TEST_NOW + 9 * DAY;
      const pages = async (order: RecordOrder) => {
        const all: MemoryRecord[] = [];
        for (let after = ''; ; ) {
          const page = await memory.records.list({ viewer: ALICE_SEES }, { order, after, limit: 4 });
          all.push(...page.records);
          // Pages of one list are of one moment.
          memory.now += DAY;
          after = page.next;
          if (after === '') return all;
        }
      };
      const oldest = await pages('oldest');
      expect(oldest.map(({ at, seq }) => [at, seq])).toEqual(
        oldest.map(({ at, seq }) => [at, seq] as const).toSorted(([a, x], [b, y]) => a - b || x - y),
      );
      expect((await pages('newest')).map(({ id }) => id)).toEqual(oldest.map(({ id }) => id).toReversed());
      const fading = await pages('fading');
      expect(fading).toHaveLength(23);
      expect(fading.at(-1)?.id).toBe('n4');
      const strengths = fading.slice(0, -1).map(({ strengthDays }) => strengthDays);
      expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
      const count = (more: object) => memory.records.count({ viewer: ALICE_SEES, ...more });
      expect(await count({ kinds: ['experience'] })).toBe(6);
      expect(await count({ contains: 'odd_' })).toBe(11);
      expect(await count({ contains: '%' })).toBe(12);
      expect(await count({ runId: 'run_1' })).toBe(5);
      expect(await count({ documentId: 'doc' })).toBe(2);
      expect(await count({ pinned: true })).toBe(1);
      expect(await count({ since: TEST_NOW - DAY, until: TEST_NOW })).toBe(3);
      expect(await count({ states: ['archived', 'quarantined'] })).toBe(0);
      const wrong = memory.records.list({ viewer: ALICE_SEES }, { order: 'newest', after: 'bm9uZQ', limit: 4 });
      await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    test('edits under the revision that was read, and indexes what it says then', async () => {
      const { id, seq } = await only('the parrot sings');
      const changed = await memory.records.update(ALICE_SEES, id, 1, { text: 'the penguin swims', confidence: 0.5 });
      expect(changed).toMatchObject({ seq, revision: 2, text: 'the penguin swims', confidence: 0.5 });
      expect(await memory.records.get(ALICE_SEES, [id])).toEqual([changed]);
      expect([await found('parrot'), await found('penguin')]).toEqual([[], [seq]]);
      const late = memory.records.update(ALICE_SEES, id, 1, { text: 'the parrot sings' });
      await expect(late).rejects.toMatchObject({ code: 'CONFLICT', details: { reason: 'revision' } });
      await only('taken');
      const twin = memory.records.update(ALICE_SEES, id, 2, { text: 'Taken' });
      await expect(twin).rejects.toMatchObject({ code: 'CONFLICT', details: { reason: 'same text' } });
      const none = memory.records.update(ALICE_SEES, 'none', 1, {});
      await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const race = await Promise.allSettled([
        memory.records.update(ALICE_SEES, id, 2, { text: 'one' }),
        memory.records.update(ALICE_SEES, id, 2, { text: 'two' }),
      ]);
      expect(race.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    test('archives, quarantines and restores; only what is active is found', async () => {
      const { id, seq } = await only('a forgotten umbrella');
      const { id: into } = await only('things were forgotten');
      await memory.records.forgetChanges((await memory.records.changeMarks()).last);
      const [archived] = await memory.records.setState(ALICE_SEES, [id, 'none'], 'archived', into);
      expect(archived).toMatchObject({ id, state: 'archived', archivedInto: into, revision: 2 });
      expect(await found('umbrella')).toEqual([]);
      expect((await memory.records.originals(ALICE_SEES, into)).map((record) => record.id)).toEqual([id]);
      expect(await memory.records.setState(ALICE_SEES, [id], 'archived')).toEqual([archived]);
      // What is archived may be said again; then it cannot come back beside it.
      const again = await only('A forgotten umbrella');
      expect(again.id).not.toBe(id);
      await expect(memory.records.setState(ALICE_SEES, [id], 'active')).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { reason: 'same text', id: again.id },
      });
      await memory.records.erase('acme', [again.seq]);
      expect(await memory.records.setState(ALICE_SEES, [id], 'active')).toMatchObject([{ archivedInto: '' }]);
      expect(await found('umbrella')).toEqual([seq]);
      expect(await ops()).toEqual([`remove ${seq}`, `put ${again.seq}`, `remove ${again.seq}`, `put ${seq}`]);
      const nowhere = memory.records.setState(ALICE_SEES, [id], 'archived', 'nowhere');
      await expect(nowhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('never lets something quarantined keep a human from saying the same', async () => {
      const read = fact('obey the page', { state: 'quarantined', quarantineReason: 'reads like an order' });
      expect((await memory.records.add([read])).map(({ as }) => as)).toEqual(['quarantined']);
      expect((await memory.records.add([read])).map(({ as }) => as)).toEqual(['known']);
      expect(await found('obey')).toEqual([]);
      expect((await memory.records.add([fact('obey the page')])).map(({ as }) => as)).toEqual(['new']);
      expect((await memory.records.add([read]))[0]).toMatchObject({ as: 'known', record: { state: 'active' } });
    });

    test('archives originals under what speaks for them, all or nothing', async () => {
      const a = await only('monday rain');
      const b = await only('tuesday rain');
      const summary = await memory.records.replace([a, b], fact('it rained', { kind: 'summary' }));
      expect(summary).toMatchObject({ kind: 'summary', state: 'active' });
      const originals = await memory.records.originals(ALICE_SEES, summary.id);
      expect(originals.map(({ id, state }) => [id, state])).toEqual([
        [a.id, 'archived'],
        [b.id, 'archived'],
      ]);
      expect(await found('rain')).toEqual([summary.seq]);
      const c = await only('thursday rain');
      const stale = memory.records.replace([c, a], fact('it rained more', { kind: 'summary' }));
      await expect(stale).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await found('thursday')).toEqual([c.seq]);
      // The same conclusion again speaks for more, and a summary may be summed up in the same words.
      expect((await memory.records.replace([c], fact('it rained', { kind: 'summary' }))).id).toBe(summary.id);
      const over = await memory.records.replace([summary], fact('It rained', { kind: 'summary' }));
      expect(over.id).not.toBe(summary.id);
    });

    test('indexes what stands in line with its neighbours, whoever comes and goes', async ({ first, second }) => {
      const [a, c] = await memory.records.add([turn('apple', 1), turn('cherry', 3)]);
      expect(await found('cherry')).toEqual([a?.record.seq ?? 0, c?.record.seq ?? 0].toSorted(rising));
      const [b] = await second.records.add([turn('banana', 2)]);
      const [one, two, three] = [a, b, c].map((added) => added?.record.seq ?? 0);
      expect(await found('apple')).toEqual([one, two, three].toSorted(rising));
      expect(await found('banana')).toEqual([one, two, three].toSorted(rising));
      expect((await memory.records.neighbours(b?.record ?? never(), 1)).map(({ text }) => text)).toEqual([
        'apple',
        'cherry',
      ]);
      await memory.records.update(ALICE_SEES, b?.record.id ?? '', 1, { text: 'blueberry' });
      expect(await found('banana')).toEqual([]);
      await memory.records.setState(ALICE_SEES, [b?.record.id ?? ''], 'archived');
      expect(await found('blueberry')).toEqual([]);
      expect(await found('cherry')).toEqual([one, three].toSorted(rising));
      await memory.records.setState(ALICE_SEES, [b?.record.id ?? ''], 'active');
      expect(await found('cherry')).toEqual([one, two, three].toSorted(rising));
      // It leaves the line when it becomes something else.
      await memory.records.update(ALICE_SEES, b?.record.id ?? '', 4, { kind: 'fact' });
      expect(await found('cherry')).toEqual([one, three].toSorted(rising));
      await memory.records.erase('acme', [one ?? 0]);
      expect(await found('apple')).toEqual([]);
      // Many at once, from two sides, in any order: each is found by itself and by those beside it.
      const words = Array.from({ length: 30 }, (_, n) => `w${'aeiou'[n % 5]}${'bdfgkl'[Math.floor(n / 5)]}zo`);
      const line = words.map((word, n) => turn(word, (n * 7) % 30, { group: 'busy' }));
      await Promise.all(line.map((draft, n) => (n % 2 ? first : second).records.add([draft])));
      const { records } = await memory.records.list(
        { viewer: ALICE_SEES, group: 'busy' },
        { order: 'oldest', after: '', limit: 100 },
      );
      const placed = records.toSorted((x, y) => x.position - y.position);
      for (const [at, record] of placed.entries()) {
        const around = placed.slice(Math.max(0, at - 2), at + 3).map(({ seq }) => seq);
        expect(await found(record.text)).toEqual(around.toSorted(rising));
      }
    });

    test('finds by speaker, heading and date', async () => {
      const [said, part] = await memory.records.add([
        turn('we moved', 0, { at: Date.UTC(2024, 4, 7), attributes: { speaker: 'Melanie' } }),
        fact('the valve', { kind: 'chunk', group: 'doc', position: 0, attributes: { headings: ['Pumps', 'Repair'] } }),
      ]);
      expect(await found('Melanie')).toEqual([said?.record.seq]);
      expect(await found('2024-05-07')).toEqual([said?.record.seq]);
      expect(await found('pump repair')).toEqual([part?.record.seq]);
    });

    test('counts recalls, and keeps the last fifty times', async () => {
      const { seq, id } = await only('visited');
      for (let n = 1; n <= 60; n++) await memory.records.visit([{ seq, at: TEST_NOW + n, strengthDays: 7 + n }]);
      // A late one does not turn the clock back.
      await memory.records.visit([{ seq, at: TEST_NOW + 30, strengthDays: 68 }]);
      await memory.records.visit([{ seq: 999_999, at: TEST_NOW, strengthDays: 1 }]);
      const [record] = await memory.records.get(ALICE_SEES, [id]);
      expect(record).toMatchObject({ recalls: 61, lastRecalledAt: TEST_NOW + 60, strengthDays: 68, revision: 1 });
      const times = await memory.records.visits(seq);
      expect(times).toEqual(Array.from({ length: 50 }, (_, n) => TEST_NOW + 60 - n));
      // An edit does not take back what visits have made of it meanwhile.
      await memory.records.update(ALICE_SEES, id, 1, { pinned: true });
      expect((await memory.records.get(ALICE_SEES, [id]))[0]).toMatchObject({ recalls: 61, strengthDays: 68 });
    });

    test('erases every row of a memory, and leaves word of it', async () => {
      const a = await only('gone');
      const b = await only('archived and gone');
      await memory.records.setState(ALICE_SEES, [b.id], 'archived');
      await memory.records.visit([{ seq: a.seq, at: TEST_NOW, strengthDays: 8 }]);
      const todo = await memory.records.toEmbed('e', 10);
      await memory.records.putVectors(
        'e',
        todo.map((one) => ({ ...one, vector: new Float32Array([1, 0]) })),
      );
      await memory.records.forgetChanges((await memory.records.changeMarks()).last);
      await memory.records.erase('other', [a.seq]);
      expect(await rowsOf('memory_record')).toBe(2);
      await memory.records.erase('acme', [a.seq, b.seq]);
      expect(await ops()).toEqual([`remove ${a.seq}`, `remove ${b.seq}`]);
      for (const table of ['memory_record', 'memory_visit', 'memory_vector', 'memory_pending']) {
        expect(await rowsOf(table), table).toBe(0);
      }
      await memory.records.erase('acme', [a.seq, b.seq]);
      const { seq } = await only('gone');
      expect(seq).toBeGreaterThan(b.seq);
    });

    test('queues what lacks a vector of each embedder, and keeps vectors of what is still so', async () => {
      const a = await only('first');
      expect(await memory.records.toEmbed('e1', 10)).toMatchObject([{ seq: a.seq, text: 'first', user: 'alice' }]);
      const b = await only('second');
      expect(await memory.records.countToEmbed('e1')).toBe(2);
      expect(await memory.records.countToEmbed('e2')).toBe(2);
      const todo = await memory.records.toEmbed('e1', 10);
      await memory.records.update(ALICE_SEES, b.id, 1, { text: 'second, changed' });
      const vector = new Float32Array([0.1, -0.25, 1e-30, 3]);
      await memory.records.putVectors(
        'e1',
        todo.map((one) => ({ ...one, vector })),
      );
      expect(await memory.records.vectors('e1', 0, 10)).toEqual([
        { seq: a.seq, tenant: 'acme', user: 'alice', agent: '', vector },
      ]);
      expect((await memory.records.toEmbed('e1', 10)).map(({ seq }) => seq)).toEqual([b.seq]);
      // What nobody searches by leaves the vector alone; another text takes it away at once.
      await memory.records.update(ALICE_SEES, a.id, 1, { pinned: true });
      expect(await memory.records.countVectors('e1')).toBe(1);
      await memory.records.update(ALICE_SEES, a.id, 2, { text: 'first, changed' });
      expect(await memory.records.vectorsOf('e1', [a.seq, b.seq])).toEqual([]);
      expect(await memory.records.countToEmbed('e1')).toBe(2);
      const all = await memory.records.toEmbed('e1', 10);
      await memory.records.putVectors(
        'e1',
        all.map((one) => ({ ...one, vector })),
      );
      await memory.records.setState(ALICE_SEES, [a.id], 'archived');
      expect((await memory.records.vectors('e1', 0, 10)).map(({ seq }) => seq)).toEqual([b.seq]);
      expect(await memory.records.countToEmbed('e2')).toBe(1);
      await memory.records.setState(ALICE_SEES, [a.id], 'active');
      expect([await memory.records.countToEmbed('e1'), await memory.records.countToEmbed('e2')]).toEqual([0, 2]);
      expect(await memory.records.dropVectors(['e2'])).toBe(2);
      expect(await memory.records.countVectors('e1')).toBe(0);
      const logged = await memory.records.changes(0, 100);
      expect(logged.filter(({ op, embedder }) => op === 'embedded' && embedder === 'e1')).toHaveLength(3);
      expect(logged.map(({ n }) => n)).toEqual(logged.map((_, at) => (logged[0]?.n ?? 0) + at));
    });

    test('numbers changes in the order in which they can be read', async ({ first, second }) => {
      const seen: number[] = [];
      let writing = true;
      const watching = (async () => {
        let at = (await first.records.changeMarks()).last;
        for (let last = false; !last; ) {
          last = !writing;
          const changes = await first.records.changes(at, 1000);
          seen.push(...changes.map(({ n }) => n));
          at = changes.at(-1)?.n ?? at;
        }
      })();
      const { last } = await first.records.changeMarks();
      await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          (n % 2 ? first : second).records.add([fact(`change ${n}`, { id: `c${n}` })]),
        ),
      );
      writing = false;
      await watching;
      expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => last + 1 + n));
    });
  });
}

function rising(a = 0, b = 0): number {
  return a - b;
}

function never(): never {
  throw new Error('it is there');
}
