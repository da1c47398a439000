import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The tables of the conversations at hand. Every row is of one tenant. */
export const WORKING_SCHEMA: Schema = { service: 'memory_working', migrations: { '001-working': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  await sql`create table working_session (
    tenant text not null,
    session text not null,
    user_id text not null,
    agent_id text not null,
    items ${integer} not null,
    summary text not null,
    summarised ${integer} not null,
    used_at ${integer} not null,
    expires_at ${integer} not null,
    primary key (tenant, session)
  )`.execute(db);
  await sql`create index working_session_end on working_session (expires_at)`.execute(db);
  await sql`create index working_session_user on working_session (tenant, user_id)`.execute(db);
  await sql`create table working_item (
    tenant text not null,
    session text not null,
    n ${integer} not null,
    role text not null,
    body text not null,
    at ${integer} not null,
    attributes text not null,
    primary key (tenant, session, n)
  )`.execute(db);
}
