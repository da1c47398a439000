import type { Dialect } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The runs that have ended and that nobody has learned from yet: written with the end of the run, so that none is lost. */
export async function createLearning(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const id = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await sql`create table runs_to_learn (
    run_id ${id} primary key,
    due_at ${integer} not null,
    attempts ${integer} not null
  )`.execute(db);
  await sql`create index runs_to_learn_due on runs_to_learn (due_at)`.execute(db);
}
