import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The tables of the shared, versioned files. Every row is of one tenant. */
export const FILES_SCHEMA: Schema = { service: 'files', migrations: { '001-files': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const binary = dialect === 'sqlite' ? sql`blob` : sql`bytea`;
  // Byte order, as SQLite compares: listings are sorted and cut by it.
  const name = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  // One row for each path that was ever written or locked: it keeps the highest fencing token.
  await sql`create table store_file (
    tenant text not null,
    path ${name} not null,
    current_n ${integer} not null,
    fence ${integer} not null,
    primary key (tenant, path)
  )`.execute(db);
  // A deleted file has a version without content.
  await sql`create table store_version (
    tenant text not null,
    path ${name} not null,
    n ${integer} not null,
    sha256 text,
    size ${integer} not null,
    subject text not null,
    run_id text not null,
    at ${integer} not null,
    message text not null,
    base ${integer} not null,
    fence ${integer} not null,
    request_key text,
    primary key (tenant, path, n)
  )`.execute(db);
  await sql`create unique index store_version_request on store_version (tenant, path, request_key)`.execute(db);
  await sql`create index store_version_age on store_version (tenant, at)`.execute(db);
  // refs: versions and parts of drafts that have this content.
  await sql`create table store_content (
    tenant text not null,
    sha256 text not null,
    size ${integer} not null,
    refs ${integer} not null,
    at ${integer} not null,
    primary key (tenant, sha256)
  )`.execute(db);
  await sql`create index store_content_unused on store_content (refs)`.execute(db);
  // Which chunks a content is made of, 36 bytes for each: SHA-256, then its length (big-endian).
  await sql`create table store_piece (
    tenant text not null,
    sha256 text not null,
    seq ${integer} not null,
    first_byte ${integer} not null,
    entries ${binary} not null,
    primary key (tenant, sha256, seq)
  )`.execute(db);
  // refs: contents that have this chunk.
  await sql`create table store_chunk (
    tenant text not null,
    sha256 text not null,
    chunk_key text not null,
    size ${integer} not null,
    refs ${integer} not null,
    touched ${integer} not null,
    primary key (tenant, sha256)
  )`.execute(db);
  await sql`create unique index store_chunk_key on store_chunk (chunk_key)`.execute(db);
  await sql`create index store_chunk_unused on store_chunk (refs, touched)`.execute(db);
  await sql`create table store_blob (chunk_key ${name} primary key, at ${integer} not null, bytes ${binary} not null)`.execute(
    db,
  );
  // What is no version yet: the content of a write that came too late, or an upload in parts.
  await sql`create table store_draft (
    tenant text not null,
    id text not null,
    seq ${integer} not null,
    path ${name} not null,
    sha256 text not null,
    size ${integer} not null,
    subject text not null,
    at ${integer} not null,
    primary key (tenant, id, seq)
  )`.execute(db);
  await sql`create index store_draft_age on store_draft (at)`.execute(db);
}
