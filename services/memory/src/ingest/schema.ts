import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The documents, and the content of those that are being read. */
export const DOCUMENTS_SCHEMA: Schema = { service: 'memory_document', migrations: { '001-documents': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const binary = dialect === 'sqlite' ? sql`blob` : sql`bytea`;
  // job: counts the ingestions; what works on an older one stops. pending: 1 while there is something to do, which
  // `claim` does until `claimed_until`. wanted_*: of the content that is being read.
  await sql`create table memory_document (
    tenant text not null,
    id text not null,
    user_id text not null,
    agent_id text not null,
    name text not null,
    name_key text not null,
    title text not null,
    format text not null,
    state text not null,
    error text not null,
    trust text not null,
    sha256 text not null,
    size ${integer} not null,
    chunks ${integer} not null,
    chunks_done ${integer} not null,
    chunks_added ${integer} not null,
    chunks_kept ${integer} not null,
    chunks_removed ${integer} not null,
    chunks_quarantined ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    job ${integer} not null,
    pending ${integer} not null,
    removing ${integer} not null,
    wanted_sha256 text not null,
    wanted_size ${integer} not null,
    wanted_format text not null,
    wanted_title text not null,
    wanted_media_type text not null,
    claim text not null,
    claimed_until ${integer} not null,
    primary key (tenant, id)
  )`.execute(db);
  await sql`create unique index memory_document_name on memory_document (tenant, user_id, agent_id, name_key)`.execute(
    db,
  );
  await sql`create index memory_document_new on memory_document (tenant, created_at, id)`.execute(db);
  await sql`create index memory_document_pending on memory_document (pending, removing)`.execute(db);
  await sql`create table memory_document_content (
    tenant text not null,
    id text not null,
    n ${integer} not null,
    bytes ${binary} not null,
    primary key (tenant, id, n)
  )`.execute(db);
}
