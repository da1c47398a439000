import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

/** The longest life of a lock that is not extended, milliseconds. */
export const MAX_LOCK_MS = 300_000;
/** How often a lock that somebody else holds is asked for again: a moment between these, milliseconds. */
const RETRY_MS = [20, 120] as const;

/** What a product gave. */
export interface Grant {
  /** See {@link Lock.token}. */
  readonly token: number;
  /** For how long from the moment of asking it surely is held: the time to live, less what clocks may differ by. */
  readonly validMs: number;
}

/**
 * One product that keeps locks: a database, or several Redis masters. Each call is one try.
 *
 * `holder` is the secret of whoever holds a lock; a lock answers to its holder only.
 */
export interface LockStore {
  /** undefined: somebody else holds it. @throws HoldfastError UNAVAILABLE, STORAGE_UNAVAILABLE. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Grant | undefined>;
  /** Gives it a new life; undefined: it was lost. How long it is valid, as {@link Grant.validMs}. */
  extend(name: string, holder: string, ttlMs: number): Promise<number | undefined>;
  /** False: it was lost before. */
  release(name: string, holder: string): Promise<boolean>;
  /** Ends the connections that are its own. */
  close(): Promise<void>;
}

/**
 * A lock that is held. Holding it keeps others from taking it; it cannot keep a process that was stopped and went on
 * from writing late. That is what the token is for: who writes sends it along, and what is written to remembers the
 * highest one that it saw and refuses a lower one.
 */
export interface Lock {
  readonly name: string;
  /** Fencing token: strictly rising for each name, for ever. At most 2^53. */
  readonly token: number;
  /** Whoever knows it may extend and release this lock, from any process. */
  readonly holder: string;
  /** Aborted when its life has ended as far as this process can tell, when it was found lost, and when released. */
  readonly lost: AbortSignal;
  /** Gives it its whole time to live again. @throws HoldfastError CONFLICT where it was lost. */
  extend(): Promise<void>;
  /** Lets others have it. Safe to call twice, and after it was lost. */
  release(): Promise<void>;
}

/** How a lock is asked for. */
export interface AcquireOptions {
  /** Life without an extension, milliseconds: 1 to {@link MAX_LOCK_MS}. */
  readonly ttlMs: number;
  /** How long to wait while others hold it, milliseconds. 0: one try. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Locks by name, over one product. */
export interface Locks {
  /**
   * @throws HoldfastError CONFLICT where others held it for all of `waitMs`; UNAVAILABLE or STORAGE_UNAVAILABLE where
   * the product did not answer for all of it; CANCELED; INVALID_ARGUMENT.
   */
  acquire(name: string, options: AcquireOptions): Promise<Lock>;
  /** Extends a lock that another process took, by its holder. @throws HoldfastError CONFLICT where it was lost. */
  extend(name: string, holder: string, ttlMs: number): Promise<void>;
  /** Releases it likewise; false: it was lost before. */
  release(name: string, holder: string): Promise<boolean>;
  close(): Promise<void>;
}

/** What {@link createLocks} takes from the outside. */
export interface LocksDeps {
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Waiting, and the life of what is held, over one product. */
export function createLocks(store: LockStore, { monotonic, random }: LocksDeps): Locks {
  const checked = (name: string, ttlMs: number): void => {
    if (name === '' || Buffer.byteLength(name) > 2000 || name.includes('\0')) {
      throw new HoldfastError('INVALID_ARGUMENT', 'The name of a lock has 1 to 2000 bytes and no NUL.');
    }
    if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > MAX_LOCK_MS) {
      throw new HoldfastError('INVALID_ARGUMENT', `A lock lives 1 to ${MAX_LOCK_MS} ms; extend it to hold it longer.`);
    }
  };
  return {
    async acquire(name, { ttlMs, waitMs, signal }) {
      checked(name, ttlMs);
      const holder = randomBytes(16).toString('hex');
      const until = monotonic() + waitMs;
      for (;;) {
        if (signal?.aborted) throw canceled(name, signal.reason);
        const asked = monotonic();
        const grant = await attempt(store, { name, holder, ttlMs });
        if (grant && !HoldfastError.is(grant)) return held(store, { name, holder, ttlMs, grant, asked, monotonic });
        if (monotonic() >= until) throw grant ?? taken(name, waitMs);
        const [least, most] = RETRY_MS;
        const pause = Math.min(least + random() * (most - least), Math.max(1, until - monotonic()));
        await sleep(pause, undefined, signal ? { signal } : {}).catch((reason: unknown) => {
          throw canceled(name, reason);
        });
      }
    },
    async extend(name, holder, ttlMs) {
      checked(name, ttlMs);
      if ((await store.extend(name, holder, ttlMs)) === undefined) throw lockLost(name);
    },
    release: (name, holder) => store.release(name, holder),
    close: () => store.close(),
  };
}

/** A lock was lost: its life ended, and maybe somebody else has it. */
export function lockLost(name: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `The lock of ${name} was lost: its time was over, and somebody else may hold it. Take it again and look first.`,
    { details: { reason: 'lock lost' } },
  );
}

/** Gives the error of a product that does not answer: it is asked again while there is time to wait. */
async function attempt(
  store: LockStore,
  { name, holder, ttlMs }: { name: string; holder: string; ttlMs: number },
): Promise<Grant | HoldfastError | undefined> {
  try {
    return await store.acquire(name, holder, ttlMs);
  } catch (error) {
    if (HoldfastError.has(error, 'UNAVAILABLE') || HoldfastError.has(error, 'STORAGE_UNAVAILABLE')) return error;
    throw error;
  }
}

interface Held {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  readonly grant: Grant;
  /** When it was asked for: its life counts from there, not from the answer. */
  readonly asked: number;
  readonly monotonic: () => number;
}

function held(store: LockStore, { name, holder, ttlMs, grant, asked, monotonic }: Held): Lock {
  const lost = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    if (!lost.signal.aborted) lost.abort(lockLost(name));
  };
  const live = (from: number, validMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(end, Math.max(0, from + validMs - monotonic()));
    timer.unref();
  };
  live(asked, grant.validMs);
  return {
    name,
    token: grant.token,
    holder,
    lost: lost.signal,
    async extend() {
      if (lost.signal.aborted) throw lockLost(name);
      const from = monotonic();
      const validMs = await store.extend(name, holder, ttlMs);
      if (validMs === undefined) {
        end();
        throw lockLost(name);
      }
      live(from, validMs);
    },
    async release() {
      if (lost.signal.aborted) return;
      end();
      await store.release(name, holder);
    },
  };
}

function taken(name: string, waitMs: number): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `Somebody else holds the lock of ${name}, and did for the ${waitMs} ms that were waited. Try again later.`,
    { details: { reason: 'locked' } },
  );
}

function canceled(name: string, cause: unknown): HoldfastError {
  return new HoldfastError('CANCELED', `The wait for the lock of ${name} was cancelled.`, { cause });
}
