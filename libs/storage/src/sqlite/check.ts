import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { HoldfastError } from '@holdfast/protocol';

import { sqliteFailure } from './failure.ts';

/** A full check reads every page (about 10 ms here); above this size only what opening reads is checked. */
const FULL_CHECK_BYTES = 4 * 1024 * 1024;

/**
 * Looks at a database file before anything can write to it. Damage that lies in pages not looked at shows as
 * STORAGE_CORRUPT when a statement meets it.
 *
 * Throws STORAGE_CORRUPT, with the file as it was.
 */
export function checkFile(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  let db: DatabaseSync | undefined;
  try {
    // Read-only also keeps SQLite from copying a log into a file that may be damaged.
    db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    db.prepare('select count(*) from sqlite_schema').get();
    if (statSync(file).size > FULL_CHECK_BYTES) return;
    const verdict = db.prepare('pragma quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw damaged(String(verdict));
  } catch (error) {
    const failure = sqliteFailure(error, file);
    throw new HoldfastError(failure.code, failure.message, { cause: error, details: { ...failure.details } });
  } finally {
    db?.close();
  }
}

function damaged(verdict: string): Error {
  return Object.assign(new Error(verdict.replaceAll(/\s+/g, ' ')), { errcode: 11 });
}
