import type { Dialect } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

import type { Created } from './record.ts';

const BATCH = 500;

/**
 * A text in the form in which it is compared: lower case, compatible forms of a letter as one. It is made here and not
 * in SQL, where each product has rules of its own; SQLite knows ASCII only.
 */
export function searchForm(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('\u0000', ' ');
}

/** What a search for a run looks into: its id, agent, task and tags. */
export function searchText(id: string, created: Pick<Created, 'agent' | 'task' | 'tags'>): string {
  return searchForm([id, created.agent, ...created.tags, created.task].join('\n'));
}

/** The texts that searches look into, apart from the runs: a search need not read what the runs answered. */
export async function createSearch(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const id = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await sql`create table run_search (run_id ${id} primary key, text text not null)`.execute(db);
  for (let last = ''; ; ) {
    const { rows } = await sql<{ id: string; created: string }>`
      select id, created from runs where id > ${last} order by id limit ${BATCH}`.execute(db);
    for (const row of rows) {
      const text = searchText(row.id, JSON.parse(row.created) as Created);
      await sql`insert into run_search (run_id, text) values (${row.id}, ${text})`.execute(db);
    }
    last = rows.at(-1)?.id ?? '';
    if (rows.length < BATCH) return;
  }
}
