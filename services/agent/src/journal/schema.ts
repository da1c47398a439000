import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

import { createInsight } from '../insight/schema.ts';
import { createLearning } from './learning.ts';
import { createSearch } from './search.ts';

/**
 * The tables of the agent service. `journal` and `snapshots` are clustered by run on SQLite, so that an append touches
 * the last page of its run only. An entry of the journal holds records, or events, or both (see docs/storage.md).
 */
export const AGENT_SCHEMA: Schema = {
  service: 'agent',
  migrations: {
    '001-runs': createTables,
    '002-insight': createInsight,
    '003-search': createSearch,
    '004-learning': createLearning,
  },
};

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const clustered = dialect === 'sqlite' ? sql` without rowid` : sql``;
  // Byte order, as SQLite compares: ids are sorted by time in both.
  const id = dialect === 'sqlite' ? sql`text` : sql`text collate "C"`;
  await sql`create table runs (
    id ${id} primary key,
    tenant text not null,
    agent text not null,
    status text not null,
    created_at ${integer} not null,
    ended_at ${integer} not null default 0,
    fence ${integer} not null default 0,
    worker text not null default '',
    lease_until ${integer} not null default 0,
    recoveries ${integer} not null default 0,
    total_recoveries ${integer} not null default 0,
    request_key text,
    tags text not null,
    created text not null,
    summary text not null
  )`.execute(db);
  await sql`create unique index runs_request_key on runs (tenant, request_key)`.execute(db);
  await sql`create index runs_tenant on runs (tenant, id)`.execute(db);
  await sql`create index runs_status on runs (status, tenant, created_at)`.execute(db);
  await sql`create table journal (
    run_id ${id} not null,
    entry ${integer} not null,
    first_seq ${integer} not null,
    count ${integer} not null,
    fence ${integer} not null,
    first_n ${integer} not null,
    last_n ${integer} not null,
    records text not null,
    events text not null,
    primary key (run_id, entry)
  )${clustered}`.execute(db);
  await sql`create table snapshots (
    run_id ${id} not null,
    seq ${integer} not null,
    entry ${integer} not null,
    state text not null,
    primary key (run_id, seq)
  )${clustered}`.execute(db);
  await sql`create table signals (
    id ${id} primary key,
    run_id ${id} not null,
    at ${integer} not null,
    body text not null
  )`.execute(db);
  await sql`create index signals_run on signals (run_id)`.execute(db);
}
