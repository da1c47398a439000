import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { HoldfastError } from '@holdfast/protocol';

/** A held data directory. */
export interface DataDirLock {
  /** Gives the directory free. Safe to call twice. */
  release(): void;
}

/**
 * Takes the data directory for this process. The operating system holds the lock (SQLite takes it on `holdfast.lock`;
 * Node itself has no flock), so that it dies with the process however that dies. `holdfast.pid` is only there for the
 * message: nothing is decided by it, so that a process id that was given out again does no harm.
 *
 * Throws DATA_DIR_LOCKED where another process, or this one, holds it.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const pidFile = join(dataDir, 'holdfast.pid');
  const lockFile = join(dataDir, 'holdfast.lock');
  const holder = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    holder.exec('pragma locking_mode = exclusive');
    holder.exec('begin exclusive');
  } catch (error) {
    holder.close();
    throw refusal(error, dataDir, lockFile, pidFile);
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      if (!holder.isOpen) return;
      rmSync(pidFile, { force: true });
      holder.close();
    },
  };
}

function refusal(error: unknown, dataDir: string, lockFile: string, pidFile: string): HoldfastError {
  const busy = error instanceof Error && 'errcode' in error && error.errcode === 5;
  if (!busy) {
    return new HoldfastError(
      'STORAGE_UNAVAILABLE',
      `The lock file ${lockFile} cannot be used. Nothing was changed. ` +
        'Check the permissions of that folder; the file holds no data and may be deleted while Holdfast is not running.',
      { cause: error },
    );
  }
  const pid = readPid(pidFile);
  const who = pid === undefined ? 'Another process' : `Another process (pid ${pid})`;
  return new HoldfastError(
    'DATA_DIR_LOCKED',
    `${who} uses the data directory ${dataDir}. Nothing was changed. ` +
      'Stop that process first, or give this one a data directory of its own.',
    { cause: error, details: pid === undefined ? { dataDir } : { dataDir, pid } },
  );
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    // The holder writes it a moment after it has the lock; the message does without.
    return undefined;
  }
}
