import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

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
    db = openUntouched(file);
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

/** Opens a file so that nothing of it, or beside it, changes: a log is read, but not copied into a damaged file. */
function openUntouched(file: string): DatabaseSync {
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  // Without a log, SQLite would make an empty one; `immutable` keeps it from that. The data directory is ours alone.
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

function damaged(verdict: string): Error {
  return Object.assign(new Error(verdict.replaceAll(/\s+/g, ' ')), { errcode: 11 });
}
