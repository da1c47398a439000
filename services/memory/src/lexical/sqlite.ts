import type { Database, Schema, Statement } from '@holdfast/storage';
import { type Kysely, sql, type RawBuilder } from 'kysely';

import type { Viewer } from '../record.ts';
import { COLUMN_WEIGHTS, type ColumnWeights } from './bm25.ts';
import { encodeTerm, markOf, marksOf, tenantPrefix } from './encode.ts';
import { createFrequencies, type FrequencySource } from './frequencies.ts';
import type { LexicalDocument, LexicalIndex, Scored } from './lexical.ts';
import { distinctTerms, type Plan, type PlannedTerm, planQuery } from './plan.ts';

const SCHEMA: Schema = { service: 'memory_lexical', migrations: { '001-fts': createTables } };

/** So many terms are kept as they are written. */
const KEPT_TERMS = 50_000;

/**
 * The index on SQLite: FTS5 without contents, fed with terms instead of text. Each term has its tenant's prefix, so that
 * document frequencies and time are those of one tenant; only the number of documents, in FTS5's idf, is that of all, and
 * counts a document once for each time that it was written: it shifts the idf of all terms of a tenant alike, and shows
 * nothing of others.
 *
 * FTS5 scores by the leading terms of a query (see planQuery); of terms that many documents have its idf is mended (bm25.ts). Common ones, whose counting would take longest, add their
 * idf to documents that have them among their own terms, as if once in a document of average length.
 */
export function createSqliteLexical(database: Database, weights: ColumnWeights = COLUMN_WEIGHTS): LexicalIndex {
  const frequencies = createFrequencies(frequenciesOf(database));
  const text = createTermWriter();
  return {
    name: 'sqlite',
    schema: SCHEMA,
    put(document) {
      frequencies.wrote();
      return putStatements(document, text);
    },
    remove: (seq) => [
      { sql: 'delete from memory_lexical_fts where rowid = ?', params: [seq] },
      { sql: 'delete from memory_lexical_entry where seq = ?', params: [seq] },
    ],
    // Deleting leaves the terms in their segments until these are merged.
    purge: () => [{ sql: "insert into memory_lexical_fts(memory_lexical_fts) values ('optimize')", params: [] }],
    async search(viewer, terms, limit) {
      const asked = distinctTerms(terms);
      if (asked.size === 0 || limit < 1) return [];
      const plan = planQuery(asked, await frequencies.of(viewer.tenant, [...asked.keys()]));
      return await run(database, viewer, plan, weights, limit);
    },
    async seqs(after, limit) {
      const { rows } = await sql<{ seq: number }>`select seq from memory_lexical_entry where seq > ${after}
        order by seq limit ${limit}`.execute(database.reader());
      return rows.map(({ seq }) => seq);
    },
  };
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`create virtual table memory_lexical_fts using fts5(
    own, near, content = '', contentless_delete = 1, tokenize = 'ascii'
  )`.execute(db);
  await sql`create virtual table memory_lexical_vocabulary using fts5vocab(memory_lexical_fts, row)`.execute(db);
  await sql`create table memory_lexical_scope (
    id integer primary key,
    tenant text not null,
    user_id text not null,
    agent text not null,
    unique (tenant, user_id, agent)
  )`.execute(db);
  // marks: of its own distinct terms, three bytes for each.
  await sql`create table memory_lexical_entry (
    seq integer primary key,
    scope integer not null,
    marks blob not null
  )`.execute(db);
}

/** Writes terms as FTS5 takes them. What a term becomes is kept: each document has those of its neighbours too. */
function createTermWriter(): (tenant: string, terms: readonly string[]) => string {
  const kept = new Map<string, { readonly prefix: string; readonly terms: Map<string, string> }>();
  let size = 0;
  return (tenant, terms) => {
    if (size > KEPT_TERMS) {
      kept.clear();
      size = 0;
    }
    let known = kept.get(tenant);
    if (known === undefined) kept.set(tenant, (known = { prefix: tenantPrefix(tenant), terms: new Map() }));
    let text = '';
    for (const term of terms) {
      let written = known.terms.get(term);
      if (written === undefined) {
        const encoded = encodeTerm(term);
        written = encoded === '' ? '' : `${known.prefix}${encoded} `;
        known.terms.set(term, written);
        size += 1;
      }
      text += written;
    }
    return text;
  };
}

function putStatements(
  { seq, scope, own, near }: LexicalDocument,
  text: ReturnType<typeof createTermWriter>,
): Statement[] {
  const { tenant, user, agent } = scope;
  const ownTerms = own.map(encodeTerm).filter((term) => term !== '');
  return [
    {
      sql: 'insert into memory_lexical_scope (tenant, user_id, agent) values (?, ?, ?) on conflict do nothing',
      params: [tenant, user, agent],
    },
    {
      // Of VALUES, and without REPLACE: statements that may be undone half-way make FTS5 write out what it has gathered,
      // here after each document of a batch, which took twice as long.
      sql:
        'insert into memory_lexical_entry (seq, scope, marks) ' +
        'values (?, (select id from memory_lexical_scope where tenant = ? and user_id = ? and agent = ?), ?) ' +
        'on conflict (seq) do update set scope = excluded.scope, marks = excluded.marks',
      params: [seq, tenant, user, agent, marksOf(ownTerms)],
      expect: 1,
    },
    {
      sql: 'insert or replace into memory_lexical_fts (rowid, own, near) values (?, ?, ?)',
      params: [seq, text(tenant, own), text(tenant, near)],
    },
  ];
}

async function run(
  database: Database,
  viewer: Viewer,
  { leading, common }: Plan,
  weights: ColumnWeights,
  limit: number,
): Promise<readonly Scored[]> {
  const prefix = tenantPrefix(viewer.tenant);
  const groups = Map.groupBy(leading, ({ weight, correction }) => weight * correction);
  const found = [...groups].map(
    ([factor, terms]) => sql`select rowid as seq,
      -${factor} * bm25(memory_lexical_fts, ${weights.own}, ${weights.near}) as score
      from memory_lexical_fts where memory_lexical_fts match ${anyOf(prefix, terms)}`,
  );
  const several = found.length > 1;
  const { rows } = await sql<{ seq: number; score: number }>`
    with hit as materialized (${sql.join(found, sql` union all `)})
    select hit.seq, ${several ? sql`sum(hit.score)` : sql`hit.score`}${sql.join(common.map(bonus), sql``)} as score
    from hit cross join memory_lexical_entry as entry on entry.seq = hit.seq
    where entry.scope in (${visibleScopes(viewer)})
    ${several ? sql`group by hit.seq` : sql``}
    order by score desc, hit.seq desc limit ${limit}`.execute(database.reader());
  return rows;
}

/** An FTS5 query. Terms are encoded: there is nothing in them that could end the quotes. */
function anyOf(prefix: string, terms: readonly PlannedTerm[]): string {
  return terms.map(({ term }) => `"${prefix}${term}"`).join(' OR ');
}

function bonus({ term, weight, idf }: PlannedTerm): RawBuilder<unknown> {
  return sql` + (instr(entry.marks, ${markOf(term)}) > 0) * ${weight * idf}`;
}

function visibleScopes({ tenant, user, agent, everybody }: Viewer): RawBuilder<unknown> {
  const all = sql`select id from memory_lexical_scope where tenant = ${tenant}`;
  return everybody ? all : sql`${all} and user_id in ('', ${user}) and agent in ('', ${agent})`;
}

function frequenciesOf(database: Database): FrequencySource {
  return {
    async sizes() {
      // FTS5 keeps the number of rows that its idf is made with in record 1, as the first varint.
      const { rows } = await sql<{ block: Uint8Array }>`select block from memory_lexical_fts_data where id = 1`.execute(
        database.reader(),
      );
      // It knows the lengths itself.
      return { documents: firstVarint(rows[0]?.block ?? new Uint8Array()), averageLength: 1 };
    },
    async having(tenant, terms) {
      const prefix = tenantPrefix(tenant);
      const { rows } = await sql<{ term: string; doc: number }>`select term, doc from memory_lexical_vocabulary
        where term in (${sql.join(terms.map((term) => prefix + term))})`.execute(database.reader());
      return new Map(rows.map(({ term, doc }) => [term.slice(prefix.length), doc]));
    },
  };
}

/** The first number of a record: seven bits in each byte, the greatest first, the last byte without the eighth bit. */
function firstVarint(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return value;
}
