import type { DatabaseSync } from 'node:sqlite';

import type { WorkerSettings } from './wire.ts';

/** Bytes per page of a new file. Every commit writes each page that it touches in full. See docs/storage.md. */
export const PAGE_SIZE = 1024;

/** The log is copied into the file when it has this many bytes: seldom enough that hot pages are copied once. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

/** Sets what SQLite keeps per connection, and on a new file what it keeps per file. */
export function prepareConnection(db: DatabaseSync, role: WorkerSettings['role']): void {
  if (role === 'writer') {
    db.exec(`pragma page_size = ${PAGE_SIZE}`);
    db.exec('pragma journal_mode = wal');
    db.exec('pragma synchronous = full');
    const pageSize = Number(db.prepare('pragma page_size').get()?.['page_size']);
    db.exec(`pragma wal_autocheckpoint = ${Math.floor(CHECKPOINT_BYTES / pageSize)}`);
    // After a burst the log shrinks again to what it normally takes.
    db.exec(`pragma journal_size_limit = ${CHECKPOINT_BYTES}`);
  }
  db.exec('pragma cache_size = -16384');
  db.exec('pragma temp_store = memory');
  // Reads the header and the schema, so that a file that is none fails here and not in the middle of work.
  db.prepare('select count(*) from sqlite_schema').get();
}
