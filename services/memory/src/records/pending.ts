import { type Database, inGroups, marks, type Statement, statement } from '@holdfast/storage';

// memory_pending: for each embedder whose vectors are kept up to date, the active memories that lack one.

/** Puts memories that are active now into the queue of every embedder. */
export function awaited(database: Database, seqs: readonly number[]): Statement[] {
  return inGroups(seqs).map((group) =>
    statement(
      database,
      `insert into memory_pending (embedder, seq) select e.id, r.seq from memory_embedder e, memory_record r
        where r.seq in (${marks(group.length)}) and r.state = 'active' on conflict do nothing`,
      group,
    ),
  );
}

/** The same for those that come back with vectors that may still be right. */
export function awaitedAgain(database: Database, seqs: readonly number[]): Statement[] {
  return inGroups(seqs).map((group) =>
    statement(
      database,
      `insert into memory_pending (embedder, seq) select e.id, r.seq from memory_embedder e, memory_record r
        where r.seq in (${marks(group.length)}) and r.state = 'active' and not exists (select 1 from memory_vector v
          where v.embedder = e.id and v.seq = r.seq and v.revision = r.shape) on conflict do nothing`,
      group,
    ),
  );
}

/** Takes memories out of all queues. */
export function notAwaited(database: Database, seqs: readonly number[]): Statement[] {
  return inGroups(seqs).map((group) =>
    statement(database, `delete from memory_pending where seq in (${marks(group.length)})`, group),
  );
}

/** Begins to keep an embedder's vectors up to date: whatever is active and lacks one is awaited from now on. */
export function kept(database: Database, embedder: string): Statement[] {
  return [
    // Waits for writers that do not see the embedder yet; those behind it do.
    statement(database, `update memory_counter set n = n where name = 'change'`, []),
    statement(database, `insert into memory_embedder (id) values (?) on conflict do nothing`, [embedder]),
    statement(
      database,
      `insert into memory_pending (embedder, seq) select cast(? as text), r.seq from memory_record r
        where r.state = 'active' and not exists (select 1 from memory_vector v
          where v.embedder = ? and v.seq = r.seq and v.revision = r.shape) on conflict do nothing`,
      [embedder, embedder],
    ),
  ];
}
