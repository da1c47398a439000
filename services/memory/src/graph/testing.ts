import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openPostgres, openSqlite } from '@holdfast/storage';

import type { Scope, Viewer } from '../record.ts';
import type { Graph, RelationDraft } from './graph.ts';
import { GRAPH_SCHEMA } from './schema.ts';
import { createSqlGraph } from './sql.ts';

/** Whom test relations belong to where nothing else is said: everybody of a tenant. */
export const EVERYONE: Scope = { tenant: 'acme', user: '', agent: '' };

/** Who sees all of the tenant. */
export const ADMIN: Viewer = { ...EVERYONE, everybody: true };

/** A relation between two names. */
export function drafted(
  subject: string,
  predicate: string,
  object: string,
  more: Partial<RelationDraft> = {},
): RelationDraft {
  return {
    scope: EVERYONE,
    subject: { name: subject, type: '' },
    predicate,
    object: { name: object, type: '' },
    validFrom: 0,
    validUntil: 0,
    confidence: 0.8,
    memoryIds: [],
    exclusive: false,
    ...more,
  };
}

/** Ids that rise, each with the name of who makes them. */
export function idsOf(prefix: string): () => string {
  let n = 0;
  return () => `${prefix}${String(++n).padStart(6, '0')}`;
}

/** A graph over a database that is open. */
export async function graphOver(database: Database, prefix = ''): Promise<Graph> {
  await database.migrate(GRAPH_SCHEMA);
  return createSqlGraph({ database, now: () => 1_000, newId: idsOf(prefix) });
}

/** Two users of one SQLite file in a new folder, which goes when they are closed. */
export async function openSqliteGraphs() {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-graph-'));
  const database = await openSqlite({ dataDir });
  return {
    first: await graphOver(database, 'a'),
    second: await graphOver(database, 'b'),
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Two users of one PostgreSQL, each with connections of its own. */
export async function openPostgresGraphs(url: string) {
  const databases = [await openPostgres({ url, replicas: [] }), await openPostgres({ url, replicas: [] })] as const;
  return {
    first: await graphOver(databases[0], 'a'),
    second: await graphOver(databases[1], 'b'),
    close: async () => {
      for (const database of databases) await database.close();
    },
  };
}
