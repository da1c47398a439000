import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLocks, type Locks, type LockStore } from './locks.ts';

/** What a product is tested with: two openings of the same locks, as two machines have them. */
export interface LocksSubject {
  readonly stores: readonly [LockStore, LockStore];
  readonly close: () => Promise<void>;
}

const LONG = { ttlMs: 30_000, waitMs: 0 };

/** Real time, and chance, for tests. */
export const lockDeps = { monotonic: () => performance.now(), random: Math.random };

/** The suite that every product of locks passes. `open` gives a sentence where it cannot run here. */
export function describeLocks(product: string, open: () => Promise<LocksSubject | string>): void {
  describe(`TL-3 the contract of locks on ${product}`, () => {
    let subject: LocksSubject | undefined;
    let missing = '';
    let a!: Locks;
    let b!: Locks;
    let names = 0;
    const fresh = () => `reports/磐石 ${++names}.md`;

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        return;
      }
      subject = opened;
      [a, b] = opened.stores.map((store) => createLocks(store, lockDeps)) as [Locks, Locks];
    });
    afterAll(async () => {
      await a?.close();
      await b?.close();
      await subject?.close();
    });
    const test = (title: string, body: () => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body();
      });

    test('keeps everybody else out until it is released', async () => {
      const name = fresh();
      const lock = await a.acquire(name, LONG);
      const refused = await b.acquire(name, { ttlMs: 1000, waitMs: 150 }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'CONFLICT', details: { reason: 'locked' } });
      await expect(a.acquire(name, LONG)).rejects.toMatchObject({ code: 'CONFLICT' });
      const other = await b.acquire(fresh(), LONG);
      await other.release();
      await lock.release();
      await lock.release();
      expect(lock.lost.aborted).toBe(true);
      const next = await b.acquire(name, LONG);
      expect(next.token).toBeGreaterThan(lock.token);
      await next.release();
    });

    test('gives strictly rising tokens, whoever asks', async () => {
      const name = fresh();
      let last = 0;
      for (let round = 0; round < 40; round++) {
        const lock = await (round % 3 === 0 ? b : a).acquire(name, LONG);
        expect(lock.token).toBeGreaterThan(last);
        expect(Number.isSafeInteger(lock.token)).toBe(true);
        last = lock.token;
        await lock.release();
      }
    });

    test('lets one at a time in, of many who wait', async () => {
      const name = fresh();
      let inside = 0;
      const tokens: number[] = [];
      const work = async (locks: Locks): Promise<void> => {
        const lock = await locks.acquire(name, { ttlMs: 30_000, waitMs: 50_000 });
        expect(++inside).toBe(1);
        tokens.push(lock.token);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
        await lock.release();
      };
      await Promise.all(Array.from({ length: 12 }, (_, n) => work(n % 2 === 0 ? a : b)));
      expect(tokens).toEqual(tokens.toSorted((x, y) => x - y));
      expect(new Set(tokens).size).toBe(12);
    });

    test('ends by itself, says so to its holder, and is then somebody else’s', async () => {
      const name = fresh();
      const lock = await a.acquire(name, { ttlMs: 80, waitMs: 0 });
      const lost = new Promise((resolve) => lock.lost.addEventListener('abort', resolve, { once: true }));
      const next = await b.acquire(name, { ttlMs: 30_000, waitMs: 10_000 });
      await lost;
      expect(next.token).toBeGreaterThan(lock.token);
      await expect(lock.extend()).rejects.toMatchObject({ code: 'CONFLICT', details: { reason: 'lock lost' } });
      // Releasing what was lost takes nothing from whoever has it now.
      await lock.release();
      expect(await a.release(name, lock.holder)).toBe(false);
      await expect(a.acquire(name, LONG)).rejects.toMatchObject({ code: 'CONFLICT' });
      await next.release();
    });

    test('lives on while it is extended', async () => {
      const name = fresh();
      const lock = await a.acquire(name, { ttlMs: 3000, waitMs: 0 });
      for (let round = 0; round < 8; round++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await lock.extend();
      }
      expect(lock.lost.aborted).toBe(false);
      await expect(b.acquire(name, LONG)).rejects.toMatchObject({ code: 'CONFLICT' });
      await lock.release();
    });

    test('is extended and released by its holder from elsewhere, and by nobody else', async () => {
      const name = fresh();
      const lock = await a.acquire(name, LONG);
      await b.extend(name, lock.holder, 20_000);
      await expect(b.extend(name, 'somebody else', 20_000)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await b.release(name, 'somebody else')).toBe(false);
      expect(await b.release(name, lock.holder)).toBe(true);
      await expect(lock.extend()).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(lock.lost.aborted).toBe(true);
    });

    test('stops waiting when it is told to', async () => {
      const name = fresh();
      const lock = await a.acquire(name, LONG);
      const stop = new AbortController();
      const waiting = b.acquire(name, { ttlMs: 1000, waitMs: 60_000, signal: stop.signal });
      setTimeout(() => stop.abort(), 50);
      await expect(waiting).rejects.toMatchObject({ code: 'CANCELED' });
      await lock.release();
    });

    test('refuses names and lives that cannot be', async () => {
      const bad: readonly [string, number][] = [
        ['', 1000],
        ['a\0b', 1000],
        ['x'.repeat(2001), 1000],
        ['ok', 0],
        ['ok', 1.5],
        ['ok', 300_001],
        ['ok', Number.NaN],
      ];
      for (const [name, ttlMs] of bad) {
        const refused = await a.acquire(name, { ttlMs, waitMs: 0 }).catch((error: unknown) => error);
        expect(HoldfastError.has(refused, 'INVALID_ARGUMENT'), `${name.slice(0, 9)} ${ttlMs}`).toBe(true);
      }
    });
  });
}
