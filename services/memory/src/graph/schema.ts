import type { Dialect, Schema } from '@holdfast/storage';
import { type Kysely, sql } from 'kysely';

/** The tables of entities and relations. Every row is of one tenant. */
export const GRAPH_SCHEMA: Schema = { service: 'memory_graph', migrations: { '001-graph': createTables } };

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const integer = dialect === 'sqlite' ? sql`integer` : sql`bigint`;
  const real = sql`double precision`;
  // Who writes takes this row first: names and relations of a tenant change one after the other.
  await sql`create table memory_graph_writer (tenant text primary key, writes ${integer} not null)`.execute(db);
  await sql`create table memory_entity (
    tenant text not null,
    id text not null,
    name text not null,
    type text not null,
    created_at ${integer} not null,
    primary key (tenant, id)
  )`.execute(db);
  // Names too: a key leads to one entity.
  await sql`create table memory_alias (
    tenant text not null,
    name_key text not null,
    name text not null,
    entity text not null,
    primary key (tenant, name_key)
  )`.execute(db);
  await sql`create index memory_alias_entity on memory_alias (tenant, entity)`.execute(db);
  // doomed: 1 inside the transaction that removes it.
  await sql`create table memory_edge (
    tenant text not null,
    id text not null,
    user_id text not null,
    agent_id text not null,
    subject text not null,
    predicate text not null,
    object text not null,
    valid_from ${integer} not null,
    valid_until ${integer} not null,
    confidence ${real} not null,
    exclusive ${integer} not null,
    created_at ${integer} not null,
    doomed ${integer} not null,
    primary key (tenant, id)
  )`.execute(db);
  const indices = [
    sql`create unique index memory_edge_same on memory_edge
      (tenant, subject, predicate, object, user_id, agent_id, valid_from, valid_until)`,
    sql`create index memory_edge_object on memory_edge (tenant, object, user_id, agent_id)`,
    sql`create index memory_edge_subject on memory_edge (tenant, subject, user_id, agent_id)`,
    sql`create index memory_edge_exclusive on memory_edge (tenant, subject, predicate) where exclusive = 1`,
    sql`create index memory_edge_user on memory_edge (tenant, user_id) where user_id <> ''`,
    sql`create index memory_edge_doomed on memory_edge (tenant) where doomed = 1`,
  ];
  for (const index of indices) await index.execute(db);
  await sql`create table memory_edge_memory (
    tenant text not null,
    edge text not null,
    memory text not null,
    primary key (tenant, edge, memory)
  )`.execute(db);
  await sql`create index memory_edge_memory_memory on memory_edge_memory (tenant, memory)`.execute(db);
  // In both directions.
  await sql`create table memory_edge_contradiction (
    tenant text not null,
    edge text not null,
    other text not null,
    primary key (tenant, edge, other)
  )`.execute(db);
}
