import { HoldfastError } from '@holdfast/protocol';
import { change, type Database, inGroups, marks, select, statement } from '@holdfast/storage';

import type { ChunkStore } from './chunks/chunk-store.ts';
import type { Contents } from './content.ts';
import type { Drafts } from './drafts.ts';

/** Which versions are kept; 0: no bound. The newest version of a file is always kept. */
export interface Retention {
  /** Versions of each file. */
  readonly versions: number;
  /** Days. */
  readonly days: number;
  /** Bytes of the chunks of all versions of a tenant. */
  readonly bytes: number;
}

/** What a sweep needs. */
export interface SweepDeps {
  readonly database: Database;
  readonly chunks: ChunkStore;
  readonly contents: Contents;
  readonly drafts: Drafts;
  readonly now: () => number;
  readonly retention: Retention;
}

/** What a sweep removed. */
export interface Swept {
  readonly versions: number;
  readonly drafts: number;
  readonly chunks: number;
  /** Stored bytes that no table knew of: of writes that were killed. */
  readonly orphans: number;
}

const DAY_MS = 24 * 3_600_000;
const DRAFT_MS = 7 * DAY_MS;
/** A chunk that nothing refers to waits so long: a write that has just stored it has not made its version yet. */
const GRACE_MS = DAY_MS;
const AT_ONCE = 200;

/**
 * Removes the versions that need not be kept, and what nothing refers to any more. Several machines may do so at once,
 * while others write: each step removes what still has no reference at that moment, in one statement, and a write whose
 * chunks were collected fails as a whole and is repeated.
 */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const { database, retention } = deps;
  let versions = 0;
  for (const tenant of await tenantsOf(database)) {
    if (retention.versions > 0) versions += await pruneCount(deps, tenant);
    if (retention.days > 0) versions += await pruneAge(deps, tenant);
  }
  const drafts = await pruneDrafts(deps);
  await collectContents(deps);
  if (retention.bytes > 0) for (const tenant of await tenantsOf(database)) versions += await pruneBytes(deps, tenant);
  return { versions, drafts, chunks: await collectChunks(deps), orphans: await collectOrphans(deps) };
}

async function tenantsOf(database: Database): Promise<string[]> {
  return (await select(database, 'select distinct tenant from store_file', [])).map((row) => String(row['tenant']));
}

interface Old {
  readonly path: string;
  readonly n: number;
}

const OLD = `select v.path, v.n from store_version v
  join store_file f on f.tenant = v.tenant and f.path = v.path where v.tenant = ? and v.n < f.current_n`;

async function pruneCount(deps: SweepDeps, tenant: string): Promise<number> {
  return await pruneAll(deps, tenant, `${OLD} and v.n <= f.current_n - ? limit ${AT_ONCE}`, deps.retention.versions);
}

async function pruneAge(deps: SweepDeps, tenant: string): Promise<number> {
  const before = deps.now() - deps.retention.days * DAY_MS;
  return await pruneAll(deps, tenant, `${OLD} and v.at < ? limit ${AT_ONCE}`, before);
}

async function pruneAll(deps: SweepDeps, tenant: string, sql: string, bound: number): Promise<number> {
  for (let removed = 0; ; ) {
    const gone = await removeVersions(deps, tenant, await oldOf(deps.database, sql, [tenant, bound]));
    if (gone === 0) return removed;
    removed += gone;
  }
}

/** The oldest versions go until what is left has room, or only the newest of each file are left. */
async function pruneBytes(deps: SweepDeps, tenant: string): Promise<number> {
  for (let removed = 0; ; ) {
    const sql = 'select sum(size) as bytes from store_chunk where tenant = ? and refs > 0';
    const [row] = await select(deps.database, sql, [tenant]);
    if (Number(row?.['bytes'] ?? 0) <= deps.retention.bytes) return removed;
    const old = await oldOf(deps.database, `${OLD} order by v.at, v.path, v.n limit ${AT_ONCE / 10}`, [tenant]);
    const gone = await removeVersions(deps, tenant, old);
    if (gone === 0) return removed;
    removed += gone;
    await collectContents(deps);
  }
}

async function oldOf(database: Database, sql: string, params: readonly (string | number)[]): Promise<Old[]> {
  return (await select(database, sql, params)).map((row) => ({ path: String(row['path']), n: Number(row['n']) }));
}

async function removeVersions({ database, contents }: SweepDeps, tenant: string, old: readonly Old[]): Promise<number> {
  let removed = 0;
  for (const { path, n } of old) {
    const [row] = await select(database, 'select sha256 from store_version where tenant = ? and path = ? and n = ?', [
      tenant,
      path,
      n,
    ]);
    const sha256 = row?.['sha256'];
    const gone = statement(
      database,
      'delete from store_version where tenant = ? and path = ? and n = ?',
      [tenant, path, n],
      { expect: 1 },
    );
    removed += await ifAlone(() =>
      database.transact([gone, ...(typeof sha256 === 'string' ? [contents.release(tenant, sha256)] : [])]),
    );
  }
  return removed;
}

async function pruneDrafts({ database, drafts, now }: SweepDeps): Promise<number> {
  const rows = await select(database, 'select distinct tenant, id from store_draft where at < ?', [now() - DRAFT_MS]);
  for (const row of rows) await drafts.remove(String(row['tenant']), String(row['id']));
  return rows.length;
}

/** Contents without a version or draft, with their claim on chunks. */
async function collectContents({ database, contents, now }: SweepDeps): Promise<void> {
  for (;;) {
    const rows = await select(
      database,
      `select tenant, sha256, at from store_content where refs = 0 limit ${AT_ONCE}`,
      [],
    );
    let gone = 0;
    for (const row of rows) {
      const [tenant, sha256, at] = [String(row['tenant']), String(row['sha256']), Number(row['at'])];
      const names = await contents.chunksOf(tenant, sha256);
      gone += await ifAlone(() =>
        database.transact([
          // With its time: one that was collected and stored again meanwhile is another.
          statement(
            database,
            'delete from store_content where tenant = ? and sha256 = ? and refs = 0 and at = ?',
            [tenant, sha256, at],
            { expect: 1 },
          ),
          statement(database, 'delete from store_piece where tenant = ? and sha256 = ?', [tenant, sha256]),
          ...inGroups(names).map((group) =>
            statement(
              database,
              // Touched: a backup of the database that still has the version finds its chunks for a day.
              `update store_chunk set refs = refs - 1, touched = ? where tenant = ? and sha256 in (${marks(group.length)})`,
              [now(), tenant, ...group],
              { expect: group.length },
            ),
          ),
        ]),
      );
    }
    if (gone === 0) return;
  }
}

/** First the row, so that nobody finds the chunk any more, then its bytes. */
async function collectChunks({ database, chunks, now }: SweepDeps): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await select(
      database,
      `select tenant, sha256, chunk_key, touched from store_chunk where refs = 0 and touched < ? limit ${AT_ONCE}`,
      [now() - GRACE_MS],
    );
    if (rows.length === 0) return removed;
    for (const row of rows) {
      const gone = await change(
        database,
        'delete from store_chunk where tenant = ? and sha256 = ? and chunk_key = ? and refs = 0 and touched = ? returning chunk_key',
        [row['tenant'] ?? '', row['sha256'] ?? '', row['chunk_key'] ?? '', row['touched'] ?? 0],
      );
      await chunks.remove(gone.map((found) => String(found['chunk_key'])));
      removed += gone.length;
    }
  }
}

/** Bytes that were put by a write which ended before it could say so in a table. */
async function collectOrphans({ database, chunks, now }: SweepDeps): Promise<number> {
  let removed = 0;
  for await (const keys of chunks.list(now() - GRACE_MS)) {
    for (const group of inGroups(keys)) {
      const sql = `select chunk_key from store_chunk where chunk_key in (${marks(group.length)})`;
      const known = new Set((await select(database, sql, group)).map((row) => row['chunk_key']));
      const orphans = group.filter((key) => !known.has(key));
      await chunks.remove(orphans);
      removed += orphans.length;
    }
  }
  return removed;
}

/** 1 where it took place; 0 where somebody else was faster. */
async function ifAlone(act: () => Promise<unknown>): Promise<0 | 1> {
  try {
    await act();
    return 1;
  } catch (error) {
    if (HoldfastError.has(error, 'CONFLICT')) return 0;
    throw error;
  }
}
