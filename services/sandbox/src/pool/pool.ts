import { HoldfastError } from '@holdfast/protocol';

import { backoffMs } from './backoff.ts';
import { type Ready, Shelf } from './shelf.ts';
import type { SizeBounds } from './sizing.ts';

/** What can be kept ready: it knows when it has ended. */
export interface Poolable {
  readonly ended: Promise<unknown>;
}

/** What a pool takes from outside. `min` and `max` are of each kind; `min` of those that are kept warm. */
export interface PoolDeps<K, T extends Poolable> extends SizeBounds {
  /** Kinds of the same key are the same. */
  keyOf(kind: K): string;
  make(kind: K): Promise<T>;
  /** Resolves when nothing of it is left, also when it had ended by itself. */
  destroy(item: T): Promise<void>;
  /** How many are kept ready of all kinds together. */
  readonly total: number;
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls once, after that many milliseconds; what it returns takes that back. */
  schedule(call: () => void, afterMs: number): () => void;
  /** 0 to below 1. */
  random(): number;
  /** Told what failed where nobody waits for it. The pool goes on. */
  report(error: HoldfastError): void;
}

/** How one kind stands. */
export interface ShelfState {
  readonly key: string;
  readonly ready: number;
  readonly making: number;
  readonly wanted: number;
}

/** Keeps some of each kind ready, as many as demand asks for. */
export interface Pool<K, T> {
  /**
   * One that is ready, at once; where there is none, one that is made now. It is the caller's from then on.
   *
   * @throws what `make` throws; HoldfastError UNAVAILABLE when the pool is closed.
   */
  acquire(kind: K): Promise<T>;
  /** From now on `min` of this kind are kept ready, whether it is asked for or not. */
  keepWarm(kind: K): void;
  state(): ShelfState[];
  /** Destroys all that are ready, and those that are being made as soon as they are. */
  close(): Promise<void>;
}

/** So many of one kind are made ahead at a time: what is made ahead must not slow down what is used. */
const AT_A_TIME = 2;
/** How often demand is looked at while there is some, milliseconds. */
const LOOK_MS = 2000;

export function createPool<K, T extends Poolable>(deps: PoolDeps<K, T>): Pool<K, T> {
  const now = (): number => deps.now();
  const shelves = new Map<string, Shelf<K, T>>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;
  let cancelLook = (): void => undefined;

  const shelfOf = (kind: K): Shelf<K, T> => {
    const key = deps.keyOf(kind);
    let shelf = shelves.get(key);
    if (!shelf) shelves.set(key, (shelf = new Shelf(kind, key)));
    return shelf;
  };

  /** Goes on by itself; `close` waits for it. */
  const inBackground = (work: Promise<void>): void => {
    const watched = work
      .catch((error: unknown) => deps.report(HoldfastError.from(error)))
      .finally(() => underWay.delete(watched));
    underWay.add(watched);
  };

  const lookIn = (afterMs: number): void => {
    cancelLook();
    cancelLook = isClosed ? () => undefined : deps.schedule(balance, afterMs);
  };

  const failed = (shelf: Shelf<K, T>): void => {
    shelf.failures += 1;
    shelf.notBefore = now() + backoffMs(shelf.failures, deps.random());
  };

  const worked = (shelf: Shelf<K, T>): void => {
    shelf.failures = 0;
    shelf.notBefore = -Infinity;
  };

  const makeOne = async (shelf: Shelf<K, T>): Promise<T> => {
    const startedAt = now();
    try {
      const item = await deps.make(shelf.kind);
      shelf.countMade(now() - startedAt);
      return item;
    } catch (error) {
      failed(shelf);
      throw error;
    }
  };

  const makeNow = async (shelf: Shelf<K, T>): Promise<T> => {
    const item = await makeOne(shelf);
    worked(shelf);
    lookIn(0);
    if (!isClosed) return item;
    await deps.destroy(item);
    throw closed();
  };

  const put = (shelf: Shelf<K, T>, item: T): void => {
    const entry: Ready<T> = { item, isDead: false };
    const onEnded = (): void => {
      entry.isDead = true;
      const place = shelf.ready.indexOf(entry);
      if (place < 0) return;
      shelf.ready.splice(place, 1);
      failed(shelf);
      inBackground(deps.destroy(item));
      deps.report(
        new HoldfastError('UNAVAILABLE', `A sandbox that was kept ready (${shelf.key}) died. Another is made.`),
      );
      lookIn(0);
    };
    item.ended.then(onEnded, onEnded);
    shelf.ready.push(entry);
  };

  const makeAhead = async (shelf: Shelf<K, T>): Promise<void> => {
    shelf.making += 1;
    try {
      const item = await makeOne(shelf);
      if (isClosed) await deps.destroy(item);
      else put(shelf, item);
    } finally {
      shelf.making -= 1;
      lookIn(0);
    }
  };

  const dropOldest = (shelf: Shelf<K, T>): void => {
    const entry = shelf.ready.shift();
    if (entry) inBackground(deps.destroy(entry.item));
  };

  const total = (): number => shelves.values().reduce((sum, { size }) => sum + size, 0);

  /** Room within the total: taken from what was not asked for longest, never from what was asked for later. */
  const hasRoom = (shelf: Shelf<K, T>): boolean => {
    if (total() < deps.total) return true;
    let victim: Shelf<K, T> | undefined;
    for (const other of shelves.values()) {
      if (other.ready.length === 0 || other.lastUseAt >= shelf.lastUseAt) continue;
      if (!victim || other.lastUseAt < victim.lastUseAt) victim = other;
    }
    if (!victim) return false;
    dropOldest(victim);
    return true;
  };

  /** Makes what is missing, destroys what is too much, and looks again when that can have changed. */
  const balance = (): void => {
    const byLastUse = [...shelves.values()].sort((a, b) => b.lastUseAt - a.lastUseAt);
    for (const shelf of byLastUse) {
      while (shelf.ready.length > shelf.wanted(now(), deps)) dropOldest(shelf);
    }
    for (const shelf of byLastUse) {
      const isMissing = (): boolean => shelf.size < shelf.wanted(now(), deps) && shelf.making < AT_A_TIME;
      while (isMissing() && now() >= shelf.notBefore && hasRoom(shelf)) inBackground(makeAhead(shelf));
    }
    for (const shelf of byLastUse) {
      const isIdle = now() - shelf.lastUseAt >= deps.idleMs;
      if (isIdle && shelf.size === 0 && shelf.wanted(now(), deps) === 0) shelves.delete(shelf.key);
    }
    const next = Math.min(...shelves.values().map(nextLook));
    if (Number.isFinite(next)) lookIn(next);
  };

  const nextLook = (shelf: Shelf<K, T>): number => {
    const idleIn = shelf.lastUseAt + deps.idleMs - now();
    const retryIn = shelf.size < shelf.wanted(now(), deps) ? shelf.notBefore - now() : 0;
    return Math.min(idleIn > 0 ? Math.min(idleIn, LOOK_MS) : Infinity, retryIn > 0 ? retryIn : Infinity);
  };

  return {
    async acquire(kind) {
      const shelf = shelfOf(kind);
      shelf.countUse(now());
      // One that has died in this very moment gets to say so.
      await Promise.resolve();
      if (isClosed) throw closed();
      lookIn(0);
      for (let entry = shelf.ready.shift(); entry; entry = shelf.ready.shift()) {
        if (entry.isDead) continue;
        worked(shelf);
        return entry.item;
      }
      const made = makeNow(shelf);
      // Its failure is the caller's; `close` only waits.
      inBackground(
        made.then(
          () => undefined,
          () => undefined,
        ),
      );
      return made;
    },
    keepWarm(kind) {
      if (isClosed) throw closed();
      shelfOf(kind).isWarm = true;
      lookIn(0);
    },
    state: () =>
      [...shelves.values()].map((shelf) => ({
        key: shelf.key,
        ready: shelf.ready.length,
        making: shelf.making,
        wanted: shelf.wanted(now(), deps),
      })),
    async close() {
      isClosed = true;
      cancelLook();
      for (const shelf of shelves.values()) while (shelf.ready.length > 0) dropOldest(shelf);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

function closed(): HoldfastError {
  return new HoldfastError('UNAVAILABLE', 'The sandboxes that are kept ready are closed: the service is stopping.');
}
