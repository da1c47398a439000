import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openPostgres, openSqlite } from '@holdfast/storage';

import type { LexicalIndex } from '../lexical/lexical.ts';
import { createPostgresLexical } from '../lexical/postgres.ts';
import { createSqliteLexical } from '../lexical/sqlite.ts';
import type { Draft, Provenance, Scope, Viewer } from '../record.ts';
import type { Records } from './records.ts';
import { MEMORY_SCHEMA } from './schema.ts';
import { createSqlRecords, type RecordsDeps } from './sql-records.ts';

/** Records for tests, with a clock that can be set. */
export interface TestRecords {
  readonly database: Database;
  readonly lexical: LexicalIndex;
  readonly records: Records;
  /** Epoch milliseconds; stands still. */
  now: number;
  close(): Promise<void>;
}

/** 2026-03-04 05:06:07 UTC, a Wednesday. */
export const TEST_NOW = Date.UTC(2026, 2, 4, 5, 6, 7);

/** Whom test memories belong to. */
export const ALICE: Scope = { tenant: 'acme', user: 'alice', agent: '' };

/** Who sees what belongs to alice, or to everybody. */
export const ALICE_SEES: Viewer = { ...ALICE, everybody: false };

/** Who sees all of the tenant. */
export const ADMIN: Viewer = { tenant: 'acme', user: '', agent: '', everybody: true };

/** Where a test memory came from. */
export const SAID: Provenance = {
  trust: 'user',
  origin: 'user',
  runId: '',
  actionId: '',
  documentId: '',
  author: 'alice',
  evidence: '',
  location: '',
};

/** A fact of alice's. */
export function fact(text: string, more: Partial<Draft> = {}): Draft {
  return { scope: ALICE, kind: 'fact', text, provenance: SAID, ...more };
}

/** A turn of a conversation of alice's. */
export function turn(text: string, position: number, more: Partial<Draft> = {}): Draft {
  return { scope: ALICE, kind: 'turn', text, provenance: SAID, group: 'talk', position, ...more };
}

/** Records over a database that is open. */
export async function recordsOver(
  database: Database,
  options: Partial<Pick<RecordsDeps, 'fault' | 'context' | 'newId' | 'now'>> = {},
): Promise<TestRecords> {
  const lexical = database.dialect === 'sqlite' ? createSqliteLexical(database) : createPostgresLexical(database);
  await database.migrate(MEMORY_SCHEMA);
  await database.migrate(lexical.schema);
  let now = TEST_NOW;
  let ids = 0;
  const records = createSqlRecords({
    database,
    lexical,
    now: () => now,
    newId: () => `mem_${++ids}`,
    random: Math.random,
    ...options,
  });
  return {
    database,
    lexical,
    records,
    get now() {
      return now;
    },
    set now(at) {
      now = at;
    },
    close: () => database.close(),
  };
}

/** Records in this folder, on SQLite. */
export async function recordsIn(
  dataDir: string,
  options: Parameters<typeof recordsOver>[1] = {},
): Promise<TestRecords> {
  return await recordsOver(await openSqlite({ dataDir }), options);
}

/** Records in a new folder, which goes when they are closed. */
export async function openTestRecords(options: Parameters<typeof recordsOver>[1] = {}): Promise<TestRecords> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-memory-'));
  const opened = await recordsIn(dataDir, options);
  const close = async () => {
    await opened.database.close();
    await rm(dataDir, { recursive: true });
  };
  return Object.assign(opened, { close });
}

/** Records on PostgreSQL. */
export async function openSharedRecords(
  url: string,
  options: Parameters<typeof recordsOver>[1] = {},
): Promise<TestRecords> {
  return await recordsOver(await openPostgres({ url, replicas: [] }), options);
}
