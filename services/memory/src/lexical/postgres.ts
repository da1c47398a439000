import type { Database, Schema, Statement } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

import type { Viewer } from '../record.ts';
import { B, COLUMN_WEIGHTS, type ColumnWeights, K1 } from './bm25.ts';
import { encodeTerm } from './encode.ts';
import { type Counts, createFrequencies, type FrequencySource } from './frequencies.ts';
import type { LexicalDocument, LexicalIndex, Scored } from './lexical.ts';
import { distinctTerms, type Plan, type PlannedTerm, planQuery } from './plan.ts';

const SCHEMA: Schema = { service: 'memory_lexical', migrations: { '001-postings': createTables } };

/** Candidates that leading terms find, for which the common terms are looked up. */
const CANDIDATES = 1000;

/**
 * The index on PostgreSQL: postings of our own, scored by BM25 with the statistics of the tenant. Searches may be
 * answered by a replica, which shows what was just written a moment later.
 */
export function createPostgresLexical(database: Database, weights: ColumnWeights = COLUMN_WEIGHTS): LexicalIndex {
  const frequencies = createFrequencies(frequenciesOf(database));
  return {
    name: 'postgres',
    schema: SCHEMA,
    put(document) {
      frequencies.wrote();
      return putStatements(document, weights);
    },
    remove: (seq) => [removePostings(seq), { sql: 'delete from memory_lexical_entry where seq = $1', params: [seq] }],
    purge: () => [],
    async search(viewer, terms, limit) {
      const asked = distinctTerms(terms);
      if (asked.size === 0 || limit < 1) return [];
      const counts = await frequencies.of(viewer.tenant, [...asked.keys()]);
      return await run(database, viewer, planQuery(asked, counts), counts, limit);
    },
    async seqs(after, limit) {
      // The primary: a verification must see all that was written.
      const { rows } = await sql<{ seq: number }>`select seq from memory_lexical_entry where seq > ${after}
        order by seq limit ${limit}`.execute(database.writer());
      return rows.map(({ seq }) => seq);
    },
  };
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  // terms: the distinct ones, divided by spaces, so that its postings can be found by their key.
  await sql`create table memory_lexical_entry (
    seq bigint primary key,
    tenant text not null,
    user_id text not null,
    agent text not null,
    length integer not null,
    terms text not null
  )`.execute(db);
  await sql`create index memory_lexical_entry_tenant on memory_lexical_entry (tenant) include (length)`.execute(db);
  // tf: how often, weighed by column. length: of the document, in terms. Both stand in the index that is searched.
  await sql`create table memory_lexical_posting (
    tenant text collate "C" not null,
    term text collate "C" not null,
    seq bigint not null,
    tf real not null,
    length integer not null,
    primary key (tenant, term, seq) include (tf, length)
  )`.execute(db);
}

function removePostings(seq: number): Statement {
  return {
    sql:
      'delete from memory_lexical_posting as posting using memory_lexical_entry as entry where entry.seq = $1 ' +
      'and posting.tenant = entry.tenant and posting.seq = entry.seq ' +
      "and posting.term = any (string_to_array(entry.terms, ' '))",
    params: [seq],
  };
}

function putStatements({ seq, scope, own, near }: LexicalDocument, weights: ColumnWeights): Statement[] {
  const frequencies = new Map<string, number>();
  let length = 0;
  for (const [terms, weight] of [
    [own, weights.own],
    [near, weights.near],
  ] as const) {
    for (const encoded of terms.map(encodeTerm)) {
      if (encoded === '') continue;
      length++;
      frequencies.set(encoded, (frequencies.get(encoded) ?? 0) + weight);
    }
  }
  const terms = [...frequencies.keys()].join(' ');
  return [
    removePostings(seq),
    {
      sql:
        'insert into memory_lexical_entry (seq, tenant, user_id, agent, length, terms) values ($1, $2, $3, $4, $5, $6) ' +
        'on conflict (seq) do update set tenant = excluded.tenant, user_id = excluded.user_id, ' +
        'agent = excluded.agent, length = excluded.length, terms = excluded.terms',
      params: [seq, scope.tenant, scope.user, scope.agent, length, terms],
    },
    {
      sql:
        'insert into memory_lexical_posting (tenant, term, seq, tf, length) ' +
        "select $1::text, term, $2::bigint, tf, $3::integer from unnest(string_to_array($4, ' '), string_to_array($5, ' ')::real[]) as t (term, tf)",
      params: [scope.tenant, seq, length, terms, [...frequencies.values()].join(' ')],
    },
  ];
}

async function run(
  database: Database,
  { tenant, user, agent, everybody }: Viewer,
  { leading, common }: Plan,
  { averageLength }: Counts,
  limit: number,
): Promise<readonly Scored[]> {
  const own = everybody ? sql`` : sql`and entry.user_id in ('', ${user}) and entry.agent in ('', ${agent})`;
  const score = sql`sum(asked.factor * posting.tf * ${sql.lit(K1 + 1)}
    / (posting.tf + ${sql.lit(K1)} * (${sql.lit(1 - B)} + ${sql.lit(B)} * posting.length / ${averageLength}::float8)))`;
  const { rows } = await sql<Scored>`
    with led as (
      select posting.seq, ${score} as score
      from ${factors(leading)} join memory_lexical_posting as posting
        on posting.tenant = ${tenant} and posting.term = asked.term
      join memory_lexical_entry as entry on entry.seq = posting.seq
      where entry.tenant = ${tenant} ${own}
      group by posting.seq order by score desc, posting.seq desc limit ${Math.max(limit, CANDIDATES)}
    ), added as (
      select posting.seq, ${score} as score
      from led cross join ${factors(common)} join memory_lexical_posting as posting
        on posting.tenant = ${tenant} and posting.term = asked.term and posting.seq = led.seq
      group by posting.seq
    )
    select led.seq, led.score + coalesce(added.score, 0) as score from led left join added on added.seq = led.seq
    order by score desc, led.seq desc limit ${limit}`.execute(database.reader());
  return rows;
}

/** Terms with how much each counts, as a table. Encoded terms have no spaces. */
function factors(terms: readonly PlannedTerm[]) {
  return sql`unnest(
    string_to_array(${terms.map(({ term }) => term).join(' ')}, ' '),
    string_to_array(${terms.map(({ weight, idf }) => weight * idf).join(' ')}, ' ')::float8[]
  ) as asked (term, factor)`;
}

function frequenciesOf(database: Database): FrequencySource {
  return {
    async sizes(tenant) {
      const { rows } = await sql<{ documents: number; average: number | null }>`
        select count(*) as documents, avg(length)::float8 as average from memory_lexical_entry
        where tenant = ${tenant}`.execute(database.reader());
      return { documents: rows[0]?.documents ?? 0, averageLength: Math.max(1, rows[0]?.average ?? 1) };
    },
    async having(tenant, terms) {
      const { rows } = await sql<{ term: string; count: number }>`
        select term, count(*) as count from memory_lexical_posting
        where tenant = ${tenant} and term = any (string_to_array(${terms.join(' ')}, ' '))
        group by term`.execute(database.reader());
      return new Map(rows.map(({ term, count }) => [term, count]));
    },
  };
}
