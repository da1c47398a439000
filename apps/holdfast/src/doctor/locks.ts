import { createLocks, type Locks, openRedlock } from '@holdfast/storage';
import { HoldfastError } from '@holdfast/protocol';

import type { StorageConfig } from '../config/own-sections.ts';
import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, works } from './report.ts';

const LOCK = { ttlMs: 5000, waitMs: 3000 };

/** The locks of a running server: one is taken and released. */
export async function checkLocks(locks: Locks, storage: StorageConfig): Promise<DoctorCheck> {
  const where = storage.locks === 'database' ? 'in the database' : `on ${storage.locks.length} Redis master(s)`;
  try {
    const began = performance.now();
    // A name of its own for each: two doctors do not wait for each other.
    const lock = await locks.acquire(`doctor:${process.pid}:${began}`, LOCK);
    await lock.extend();
    await lock.release();
    const took = (performance.now() - began).toFixed(1);
    return works(
      'locks',
      `A lock was taken, extended and released ${where} in ${took} ms.`,
      `Its token: ${lock.token}.`,
    );
  } catch (error) {
    const sentence = HoldfastError.is(error) ? error.message : codeOf(error);
    return broken('locks', sentence, 'Check storage.locks, and that a majority of those servers runs.');
  }
}

/** Redis masters that hold the locks, from here. Locks in the database are tried with it. */
export async function checkOwnLocks(storage: StorageConfig): Promise<DoctorCheck[]> {
  if (storage.locks === 'database') return [];
  const monotonic = () => performance.now();
  const locks = createLocks(await openRedlock(storage.locks, monotonic), { monotonic, random: Math.random });
  try {
    return [await checkLocks(locks, storage)];
  } finally {
    await locks.close();
  }
}
