import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** Erasures: what is under way, and the certificates of what was done. Nothing of a memory's text is in them. */
export const ERASURE_SCHEMA: Schema = { service: 'memory_erasure', migrations: { '001-erasures': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  // state: begun, targeted, done. wanted: what was asked for, as JSON; empty once it is done. certificate: as JSON.
  await sql`create table memory_erasure (
    id text primary key,
    tenant text not null,
    at ${integer} not null,
    state text not null,
    wanted text not null,
    certificate text not null
  )`.execute(db);
  await sql`create index memory_erasure_list on memory_erasure (tenant, at)`.execute(db);
  await sql`create index memory_erasure_open on memory_erasure (state)`.execute(db);
  // The memories that go, until the erasure is done: a store that comes back later has to be told of them.
  await sql`create table memory_erasure_target (
    erasure text not null,
    seq ${integer} not null,
    id text not null,
    primary key (erasure, seq)
  )`.execute(db);
}
