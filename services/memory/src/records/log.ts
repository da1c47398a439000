import { type Database, inGroups, type Statement, statement } from '@holdfast/storage';

import type { MemoryChange } from './records.ts';

/** One line of the log of changes, before it has a number. */
export type Change = Omit<MemoryChange, 'n' | 'embedder'> & { readonly embedder?: string };

/** A statement is sent and carried out in a tenth of the time of as many single ones. */
const LINES_AT_ONCE = 100;
const LINE = '(cast(? as bigint), cast(? as bigint), cast(? as text), cast(? as text), cast(? as text))';

/**
 * Statements that note changes, to stand at the head of a batch. Numbers are given inside the transaction from a row
 * that stays locked until its end: who reads the log by number never passes one that is committed later. Batches that
 * change memories go one after the other by it.
 */
export function noted(database: Database, changes: readonly Change[]): Statement[] {
  const lines = changes.map((change, at) => ({ ...change, before: changes.length - 1 - at }));
  return [
    statement(database, `update memory_counter set n = n + ? where name = 'change'`, [changes.length], { expect: 1 }),
    ...inGroups(lines, LINES_AT_ONCE).map((group) =>
      statement(
        database,
        // What the columns of a list of values are called, both products agree on.
        `insert into memory_change (n, seq, tenant, op, embedder)
          select c.n - v.column1, v.column2, v.column3, v.column4, v.column5
          from memory_counter c, (values ${group.map(() => LINE).join(', ')}) v where c.name = 'change'`,
        group.flatMap(({ before, seq, tenant, op, embedder = '' }) => [before, seq, tenant, op, embedder]),
      ),
    ),
  ];
}
