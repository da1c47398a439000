import type { Dialect } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/**
 * The figures of insight: a row for each name that did something in a bucket, and each process. `total` and `maximum`
 * are milliseconds; of a resource they are in its unit, and `total` is the sum of the samples.
 */
export async function createInsight(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const real = dialect === 'sqlite' ? sql`real` : sql`double precision`;
  // Byte order, as SQLite compares: what is read comes in the same order from both.
  const word = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await sql`create table insight (
    tenant ${word} not null,
    bucket_at ${integer} not null,
    kind ${word} not null,
    name ${word} not null,
    worker ${word} not null,
    count ${integer} not null,
    errors ${integer} not null,
    total ${real} not null,
    maximum ${real} not null,
    histogram text not null,
    input_tokens ${integer} not null,
    output_tokens ${integer} not null,
    cost_usd ${real} not null,
    cost_unknown ${integer} not null,
    primary key (tenant, bucket_at, kind, name, worker)
  )`.execute(db);
  await sql`create index insight_bucket on insight (bucket_at)`.execute(db);
}
