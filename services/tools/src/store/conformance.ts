import { randomBytes } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bytesOf } from './bytes.ts';
import { steadyBytes, type TestStore, WRITER } from './testing.ts';

const { tenant } = WRITER;

/** Stores that see the same files, as two machines do; embedded, both are one. */
export interface StoreSubject {
  readonly stores: readonly [TestStore, TestStore];
  readonly close: () => Promise<void>;
}

/** The suite that the shared files pass on every product below them. `open` gives a sentence where it cannot run here. */
export function describeStore(product: string, open: () => Promise<StoreSubject | string>): void {
  describe(`TL-3 shared files on ${product}`, () => {
    let subject: StoreSubject | undefined;
    let missing = '';
    let a!: TestStore;
    let b!: TestStore;
    let paths = 0;
    const fresh = () => `reports/q${++paths}.md`;
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        return;
      }
      subject = opened;
      [a, b] = opened.stores;
    });
    afterAll(() => subject?.close());
    const test = (title: string, body: () => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body();
      });

    test('keep every version, which reads as it was written', async () => {
      const path = fresh();
      expect(await a.put(path, 'one', { message: 'first' })).toMatchObject({
        n: 1,
        size: 3,
        base: 0,
        message: 'first',
      });
      expect(await b.put(path, 'two 磐石', { base: 1 })).toMatchObject({ n: 2, base: 1 });
      await a.put(path, '');
      expect([await b.text(path), await a.text(path, 2), await b.text(path, 1)]).toEqual(['', 'two 磐石', 'one']);
      const log = await b.store.log(tenant, path);
      expect(log.map(({ n, subject: by }) => [n, by])).toEqual([
        [3, 'user_1'],
        [2, 'user_1'],
        [1, 'user_1'],
      ]);
      expect(log[0]?.fence).toBeGreaterThan(log[1]?.fence ?? 0);
      expect((await a.store.log(tenant, path, { before: 3, limit: 1 })).map(({ n }) => n)).toEqual([2]);
    });

    test('are read by .v1 and .v2 as well, unless a file has that very name', async () => {
      const path = fresh();
      await a.put(path, 'one');
      await a.put(path, 'two');
      expect([await a.text(`${path}.v1`), await b.text(`${path}.v2`)]).toEqual(['one', 'two']);
      await expect(a.text(`${path}.v3`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(a.put(`${path}.v2`, 'x')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      const own = `notes-${paths}.v1`;
      await a.put(own, 'a name like any other');
      expect(await b.text(own)).toBe('a name like any other');
    });

    test('cost what changed', async () => {
      const path = fresh();
      const content = steadyBytes(3_000_000, path);
      const before = await a.storedBytes();
      await a.put(path, content);
      const first = (await a.storedBytes()) - before;
      expect(first).toBeLessThanOrEqual(content.length);
      const edited = Buffer.concat([content.subarray(0, 1_000_000), Buffer.from('new'), content.subarray(1_000_000)]);
      await b.put(path, edited);
      const second = (await a.storedBytes()) - before - first;
      expect(second).toBeLessThan(200_000);
      // The same again, under another name: nothing.
      await b.put(fresh(), edited);
      await a.store.rollback(WRITER, path, 1);
      expect((await a.storedBytes()) - before - first).toBe(second);
      const back = await a.store.version(tenant, path);
      expect(back).toMatchObject({ n: 3, message: 'Back to version 1' });
      expect((await bytesOf(b.store.read(tenant, back))).equals(content)).toBe(true);
      // Any part of it.
      for (const [at, length] of [
        [0, 10],
        [999_990, 70_000],
        [content.length - 5, 100],
        [content.length, 1],
      ] as const) {
        const part = await bytesOf(a.store.read(tenant, back, at, length));
        expect(part.equals(content.subarray(at, at + length))).toBe(true);
      }
    });

    test('refuse a change of what somebody else changed, keep it, and offer a merge', async () => {
      const path = fresh();
      const lines = (...changed: [number, string][]) =>
        Array.from({ length: 12 }, (_, n) => `${changed.find(([at]) => at === n)?.[1] ?? `line ${n}`}\n`).join('');
      await a.put(path, lines());
      await a.put(path, lines([1, 'theirs']), { base: 1 });
      const late = await b.put(path, lines([9, 'mine']), { base: 1 }).catch((error: unknown) => error);
      expect(late).toMatchObject({
        code: 'CONFLICT',
        details: { reason: 'changed', base: 1, current: 2, merge: 'clean', merged: lines([1, 'theirs'], [9, 'mine']) },
      });
      const both = await b.put(path, lines([1, 'mine']), { base: 1 }).catch((error: unknown) => error);
      expect(both).toMatchObject({ details: { merge: 'conflicts', conflicts: 1 } });
      const binary = await b.put(path, Buffer.of(0, 1, 2), { base: 1 }).catch((error: unknown) => error);
      expect(binary).toMatchObject({ details: { merge: 'none' } });
      expect(await a.text(path)).toBe(lines([1, 'theirs']));
      const draft = await a.store.drafts.get(tenant, draftIn(late));
      expect(draft).toMatchObject({ path });
      expect((await bytesOf(a.store.drafts.read(tenant, draft))).toString()).toBe(lines([9, 'mine']));
      await expect(b.put(path, 'x', { base: 0 })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(b.put(fresh(), 'x', { base: 3 })).rejects.toMatchObject({ details: { current: 0 } });
    });

    test('let one of many win who change the same version, and lose nothing of the others', async () => {
      const path = fresh();
      await a.put(path, 'start');
      const tries = Array.from({ length: 10 }, (_, n) => (n % 2 ? a : b).put(path, `writer ${n}`, { base: 1 }));
      const settled = await Promise.allSettled(tries);
      const won = settled.flatMap((outcome, n) => (outcome.status === 'fulfilled' ? [n] : []));
      expect(won.length).toBe(1);
      expect(await b.text(path)).toBe(`writer ${won[0]}`);
      for (const [n, outcome] of settled.entries()) {
        if (outcome.status === 'fulfilled') continue;
        const draft = await a.store.drafts.get(tenant, draftIn(outcome.reason));
        expect((await bytesOf(a.store.drafts.read(tenant, draft))).toString()).toBe(`writer ${n}`);
      }
    });

    test('take the writes of many one after the other where none says what it began from', async () => {
      const path = fresh();
      await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? a : b).put(path, `writer ${n}`)));
      const log = await a.store.log(tenant, path);
      expect(log.map(({ n }) => n)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
      const texts = await Promise.all(log.map(({ n }) => b.text(path, n)));
      expect(new Set(texts).size).toBe(8);
    });

    test('refuse whoever lost the lock, by its token', async () => {
      const path = fresh();
      const early = await a.store.lock(tenant, path, { ttlMs: 50, waitMs: 0 });
      const later = await b.store.lock(tenant, path, { ttlMs: 30_000, waitMs: 10_000 });
      // Before the later holder has written anything.
      const late = await a.put(path, 'late', { fence: early.token }).catch((error: unknown) => error);
      expect(late).toMatchObject({ code: 'CONFLICT', details: { reason: 'lock lost' } });
      await b.put(path, 'newer', { fence: later.token });
      await expect(a.put(path, 'late', { fence: early.token })).rejects.toMatchObject({ code: 'CONFLICT' });
      await b.put(path, 'newest', { fence: later.token });
      await b.store.extendLock(tenant, path, later.holder, 20_000);
      expect(await a.store.unlock(tenant, path, early.holder)).toBe(false);
      expect(await a.store.unlock(tenant, path, later.holder)).toBe(true);
      expect(await a.text(path)).toBe('newest');
      expect((await a.store.log(tenant, path)).length).toBe(2);
    });

    test('do a repeated change once', async () => {
      const path = fresh();
      const once = await a.put(path, 'one', { requestKey: 'run_1:a1' });
      await a.put(path, 'two');
      expect(await b.put(path, 'one', { requestKey: 'run_1:a1' })).toEqual(once);
      const twins = await Promise.all([a, b].map((one) => one.put(path, 'three', { requestKey: 'run_1:a2' })));
      expect(twins[0]).toEqual(twins[1]);
      expect((await a.store.log(tenant, path)).length).toBe(3);
      const gone = await a.store.remove(WRITER, path, { requestKey: 'run_1:a3' });
      expect(await b.store.remove(WRITER, path, { requestKey: 'run_1:a3' })).toEqual(gone);
    });

    test('are deleted by a version, and come back', async () => {
      const path = fresh();
      await a.put(path, 'one');
      expect(await a.store.remove(WRITER, path, { base: 1 })).toMatchObject({ n: 2, deleted: true, size: 0 });
      await expect(b.text(path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(b.store.remove(WRITER, path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await b.text(path, 1)).toBe('one');
      expect((await a.store.list(tenant, path, { limit: 10 })).length).toBe(0);
      expect(await a.store.list(tenant, path, { limit: 10, deleted: true })).toMatchObject([{ n: 2, oldest: 1 }]);
      await expect(a.store.rollback(WRITER, path, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await a.store.rollback(WRITER, path, 1);
      expect(await b.text(path)).toBe('one');
    });

    test('are listed by prefix, page by page, in one order', async () => {
      const names = ['list/a', 'list/a.b', 'list/a/b', 'list/B', 'list/石', 'list/%', 'list/_x', 'lisu'];
      for (const name of names) await a.put(name, name);
      const inOrder = names.slice(0, -1).toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      const all: string[] = [];
      for (let after = ''; ; after = all.at(-1) ?? '') {
        const page = await b.store.list(tenant, 'list/', { after, limit: 3 });
        if (page.length === 0) break;
        all.push(...page.map(({ path }) => path));
      }
      expect(all).toEqual(inOrder);
      expect(await b.store.list('another tenant', '', { limit: 10 })).toEqual([]);
      await expect(b.store.version('another tenant', 'list/a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('show what changed in a text', async () => {
      const path = fresh();
      await a.put(path, 'a\nb\nc\n');
      await a.put(path, 'a\nB\nc\n');
      await a.put(path, Buffer.of(1, 0, 2));
      const of = (n: number) => a.store.version(tenant, path, n);
      expect(await a.store.diff(tenant, await of(1), await of(2))).toBe(
        `--- ${path}.v1\n+++ ${path}.v2\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n`,
      );
      expect(await a.store.diff(tenant, await of(2), await of(2))).toBe('');
      await expect(a.store.diff(tenant, await of(2), await of(3))).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
      });
    });

    test('refuse paths that are none', async () => {
      for (const path of ['', '/a', 'a/', 'a//b', '../a', 'a/./b', 'a\\b', 'a\nb', 'a\0', 'x'.repeat(300), '\ud800']) {
        await expect(a.put(path, 'x'), JSON.stringify(path.slice(0, 9))).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
      }
      await a.put('cafe\u0301', 'one');
      expect(await a.text('caf\u00e9')).toBe('one');
    });

    test('keep the last versions only, if told so, and give their room back', async () => {
      const path = fresh();
      for (let n = 1; n <= 6; n++) await a.put(path, randomBytes(50_000));
      await a.store.drafts.keep(
        WRITER,
        path,
        await a.store.contents.take(tenant, [randomBytes(50_000)], { most: 1e9 }),
      );
      const full = await a.storedBytes();
      expect((await a.sweep({ versions: 2 })).versions).toBeGreaterThanOrEqual(4);
      expect((await b.store.log(tenant, path)).map(({ n }) => n)).toEqual([6, 5]);
      await expect(b.text(path, 1)).rejects.toMatchObject({ message: expect.stringContaining('no longer kept') });
      // What was just stored may be about to be referred to: it stays for a day.
      expect(await a.storedBytes()).toBe(full);
      a.ahead = 25 * 3_600_000;
      expect((await a.sweep()).chunks).toBeGreaterThan(0);
      expect(await a.storedBytes()).toBeLessThanOrEqual(full - 200_000);
      a.ahead = 8 * 24 * 3_600_000;
      expect((await a.sweep()).drafts).toBeGreaterThanOrEqual(1);
      expect((await a.sweep({ days: 3 })).versions).toBeGreaterThanOrEqual(1);
      expect((await b.store.log(tenant, path)).map(({ n }) => n)).toEqual([6]);
      a.ahead = 0;
      expect((await bytesOf(b.store.read(tenant, await b.store.version(tenant, path)))).length).toBe(50_000);
    });

    test('keep no more bytes of a tenant than told', async () => {
      const path = fresh();
      for (let n = 1; n <= 30; n++) await a.put(path, randomBytes(40_000));
      await a.sweep({ bytes: 1_000_000_000 });
      expect((await a.store.log(tenant, path)).length).toBe(30);
      const used = await a.storedBytes();
      await a.sweep({ bytes: used - 900_000 });
      const left = await a.store.log(tenant, path);
      expect(left.length).toBeLessThan(30);
      expect(left[0]?.n).toBe(30);
    });

    test('are never half there while others sweep', async () => {
      a.ahead = 48 * 3_600_000;
      const stop = new AbortController();
      const sweeping = (async () => {
        while (!stop.signal.aborted) await a.sweep({ versions: 1 });
      })();
      const content = (n: number) => steadyBytes(60_000, `sweep ${n % 3}`);
      for (let n = 0; n < 24; n++) {
        const path = `swept/${n % 4}`;
        const { n: at } = await b.put(path, content(n));
        const version = await b.store.version(tenant, path, at);
        expect((await bytesOf(b.store.read(tenant, version))).equals(content(n))).toBe(true);
      }
      stop.abort();
      await sweeping;
      a.ahead = 0;
    });
  });
}

/** The id of the draft in which the content of a refused write is kept. */
function draftIn(error: unknown): string {
  const draft = HoldfastError.is(error) ? error.details['draft'] : undefined;
  if (typeof draft === 'string') return draft;
  throw new Error('this error names no draft', { cause: error });
}
