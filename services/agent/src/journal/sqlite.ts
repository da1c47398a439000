import type { Database } from '@holdfast/storage';

import type { Journal } from './journal.ts';
import { createSqlJournal } from './sql-journal.ts';

/** The journal on the embedded database. Its one writer makes the check of the fence and the append one step. */
export function createSqliteJournal(db: Database): Journal {
  return createSqlJournal(db, {
    sql: (text) => text,
    fenceCheck: 'select 1 as held from runs where id = ? and fence = ?',
  });
}
