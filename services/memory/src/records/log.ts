import { type Database, type Statement, statement } from '@holdfast/storage';

import type { MemoryChange } from './records.ts';

/** One line of the log of changes, before it has a number. */
export type Change = Omit<MemoryChange, 'n' | 'embedder'> & { readonly embedder?: string };

/**
 * Statements that note changes, to stand at the head of a batch. Numbers are given inside the transaction from a row
 * that stays locked until its end: who reads the log by number never passes one that is committed later. Batches that
 * change memories go one after the other by it.
 */
export function noted(database: Database, changes: readonly Change[]): Statement[] {
  return [
    statement(database, `update memory_counter set n = n + ? where name = 'change'`, [changes.length], { expect: 1 }),
    ...changes.map(({ seq, tenant, op, embedder = '' }, at) =>
      statement(
        database,
        `insert into memory_change (n, seq, tenant, op, embedder)
          select n - cast(? as bigint), cast(? as bigint), cast(? as text), cast(? as text), cast(? as text)
          from memory_counter where name = 'change'`,
        [changes.length - 1 - at, seq, tenant, op, embedder],
      ),
    ),
  ];
}
