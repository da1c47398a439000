import { database, inject, logger, provide, type SkillContext, type SkillLogger, token, tool } from '@holdfast/skill';
import type { Generated, Kysely } from 'kysely';
import { z } from 'zod';

interface Tables {
  notes: { id: Generated<number>; text: string; tags: string; run: string; at: string };
}

const notes = token<Kysely<Tables>>('notes');

/** The database with its table: made once, however many calls come at the same time. */
export const notesProvider = provide(notes, {
  scope: 'process',
  inject: { db: database<Tables>() },
  async create({ db }) {
    await db.schema
      .createTable('notes')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('text', 'text', (column) => column.notNull().unique())
      .addColumn('tags', 'text', (column) => column.notNull())
      .addColumn('run', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .execute();
    return db;
  },
});

const tag = z.string().regex(/^[\p{L}\p{N}_-]{1,40}$/u, 'letters, digits, _ and -, at most 40');

/** Notes that outlive a run. */
export class Notebook {
  @inject(notes) accessor db!: Kysely<Tables>;
  @inject(logger) accessor log!: SkillLogger;

  @tool({
    name: 'note_add',
    description: 'Keeps a note for later runs. The same text is kept once.',
    parameters: z.strictObject({
      text: z.string().min(1).max(2000).describe('One fact, understood without the conversation.'),
      tags: z.array(tag).max(10).default([]).describe('What to find it by.'),
    }),
    effect: 'idempotent',
  })
  async add({ text, tags }: { text: string; tags: string[] }, { runId }: SkillContext) {
    const row = { text, tags: ` ${tags.join(' ').toLowerCase()} `, run: runId, at: new Date().toISOString() };
    await this.db
      .insertInto('notes')
      .values(row)
      .onConflict((conflict) => conflict.column('text').doUpdateSet({ tags: row.tags }))
      .execute();
    const { id } = await this.db.selectFrom('notes').select('id').where('text', '=', text).executeTakeFirstOrThrow();
    this.log.info('A note was kept.', { id });
    return { id };
  }

  @tool({
    name: 'note_find',
    description: 'Finds notes that have all of the words and all of the tags, newest first.',
    parameters: z.strictObject({
      words: z.string().max(200).default('').describe('Left out: any.'),
      tags: z.array(tag).max(10).default([]),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    effect: 'read',
  })
  async find({ words, tags, limit }: { words: string; tags: string[]; limit: number }) {
    let query = this.db.selectFrom('notes').select(['id', 'text', 'tags', 'at']);
    for (const word of words.split(/\s+/).filter((one) => one !== '')) query = query.where('text', 'like', like(word));
    for (const one of tags) query = query.where('tags', 'like', like(` ${one.toLowerCase()} `));
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const found = rows.slice(0, limit).map((row) => ({ ...row, tags: row.tags.trim().split(' ').filter(Boolean) }));
    return { notes: found, more: rows.length > limit };
  }

  @tool({
    name: 'note_remove',
    description: 'Removes a note that is no longer true.',
    parameters: z.strictObject({ id: z.number().int().describe('As note_find says it.') }),
    effect: 'idempotent',
  })
  async remove({ id }: { id: number }) {
    await this.db.deleteFrom('notes').where('id', '=', id).execute();
    return { removed: id };
  }
}

/** A pattern that finds the text as it is: what LIKE takes for wildcards is left to match any one character. */
function like(text: string): string {
  return `%${text.replaceAll('%', '_')}%`;
}
