import type { Database } from '@holdfast/storage';

import type { Journal } from './journal.ts';
import { createSqlJournal } from './sql-journal.ts';

/** The journal on PostgreSQL. The row lock of the fence check makes a claim wait until the append has committed. */
export function createPostgresJournal(db: Database): Journal {
  return createSqlJournal(db, {
    sql: numberPlaceholders,
    fenceCheck: 'select 1 as held from runs where id = $1 and fence = $2 for share',
  });
}

/** Turns `?` into the numbered placeholders of PostgreSQL. */
export function numberPlaceholders(text: string): string {
  let n = 0;
  return text.replaceAll('?', () => {
    n += 1;
    return `$${n}`;
  });
}
