import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The tables of the memories, their vectors, and what the indices that are fed in the background have to follow. */
export const MEMORY_SCHEMA: Schema = { service: 'memory', migrations: { '001-records': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const binary = dialect === 'sqlite' ? sql`blob` : sql`bytea`;
  const real = sql`double precision`;
  // The columns behind `seq` in an index spare SQLite the row itself where a filter turns most of them down.
  // shape: counts up when what is indexed changed. visited_at: the last recall, or the creation.
  // same_key: the hash of what it says and to whom; null for what may be said again.
  await sql`create table memory_record (
    seq ${integer} primary key,
    tenant text not null,
    id text not null,
    user_id text not null,
    agent_id text not null,
    kind text not null,
    state text not null,
    text text not null,
    attributes text not null,
    trust text not null,
    origin text not null,
    run_id text not null,
    action_id text not null,
    document_id text not null,
    author text not null,
    evidence text not null,
    location text not null,
    confidence ${real} not null,
    created_at ${integer} not null,
    at ${integer} not null,
    group_name text not null,
    position ${integer} not null,
    pinned ${integer} not null,
    revision ${integer} not null,
    shape ${integer} not null,
    strength_days ${real} not null,
    recalls ${integer} not null,
    last_recalled_at ${integer} not null,
    visited_at ${integer} not null,
    archived_into text not null,
    quarantine_reason text not null,
    same_key text
  )`.execute(db);
  const indices = [
    sql`create unique index memory_record_id on memory_record (tenant, id)`,
    sql`create unique index memory_record_same on memory_record (same_key) where same_key is not null`,
    sql`create index memory_record_time on memory_record (tenant, state, at, seq, user_id, agent_id)`,
    sql`create index memory_record_fading
      on memory_record (tenant, state, visited_at, strength_days, pinned, user_id, agent_id, seq)`,
    sql`create index memory_record_group on memory_record (tenant, group_name, kind, position, seq)
      where group_name <> ''`,
    sql`create index memory_record_run on memory_record (tenant, run_id) where run_id <> ''`,
    sql`create index memory_record_document on memory_record (tenant, document_id) where document_id <> ''`,
    sql`create index memory_record_user on memory_record (tenant, user_id, seq) where user_id <> ''`,
    sql`create index memory_record_into on memory_record (tenant, archived_into) where archived_into <> ''`,
  ];
  for (const index of indices) await index.execute(db);
  await sql`create table memory_visit (
    seq ${integer} not null,
    at ${integer} not null,
    primary key (seq, at)
  )`.execute(db);
  // bytes: 32-bit floats, little-endian, of unit length. revision: the shape of the record that it was made from.
  await sql`create table memory_vector (
    embedder text not null,
    seq ${integer} not null,
    revision ${integer} not null,
    bytes ${binary} not null,
    primary key (embedder, seq)
  )`.execute(db);
  await sql`create index memory_vector_seq on memory_vector (seq)`.execute(db);
  // Embedders whose vectors are kept up to date, and the active records that still lack them.
  await sql`create table memory_embedder (id text primary key)`.execute(db);
  await sql`create table memory_pending (
    embedder text not null,
    seq ${integer} not null,
    primary key (embedder, seq)
  )`.execute(db);
  await sql`create index memory_pending_seq on memory_pending (seq)`.execute(db);
  await sql`create table memory_change (
    n ${integer} primary key,
    seq ${integer} not null,
    tenant text not null,
    op text not null,
    embedder text not null
  )`.execute(db);
  // The embedder whose index answers. spec: what it is opened with, as JSON, without secrets.
  await sql`create table memory_serving (
    name text primary key,
    embedder text not null,
    dimensions ${integer} not null,
    spec text not null
  )`.execute(db);
  // How far others have followed the log of changes.
  await sql`create table memory_follower (name text primary key, n ${integer} not null)`.execute(db);
  // seq: the last key that was given away. change: the last number of a change. forgotten: up to where they are gone.
  await sql`create table memory_counter (name text primary key, n ${integer} not null)`.execute(db);
  await sql`insert into memory_counter (name, n) values ('seq', 0), ('change', 0), ('forgotten', 0)`.execute(db);
}
