import { HoldfastError } from '@holdfast/protocol';
import type { Database, Row, SqlValue, Statement } from '@holdfast/storage';

import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';
import { shortHash } from './input.ts';
import { type Prepared, RemoteIndex, type RemoteShelf } from './remote/remote-index.ts';
import type { VectorIndexes } from './vectors.ts';

/** What an HNSW index of pgvector takes: vectors of single precision, and above that of half precision. */
const MOST_SINGLE = 2000;
const MOST_HALF = 4000;
/** Versions of pgvector: with HNSW, with half precision, with scans that go on until a filter is satisfied. */
const WITH_HNSW = [0, 5];
const WITH_HALF = [0, 7];
const WITH_ITERATIVE = [0, 8];
/** For `pg_advisory_xact_lock`: two processes that make the same table at once would get in each other's way. */
const MAKING = 0x686f_6c64;

const REGISTRY = `create table if not exists memory_pgvector (
  embedder text primary key,
  name text not null,
  dimensions bigint not null,
  applied bigint not null,
  incomplete bigint not null
)`;

/**
 * Indices in PostgreSQL by the extension pgvector (0.5 or newer), one table for each embedder, beside the memories and
 * in the same backups. Up to 2,000 dimensions of single and up to 4,000 of half precision.
 *
 * Throws FAILED_PRECONDITION at `open` for more dimensions; STORAGE_UNAVAILABLE with `details.missing` = 'pgvector' at
 * use where the extension is missing.
 */
export function pgvectorVectors(database: Database): VectorIndexes {
  return {
    name: 'pgvector',
    async open(embedder, dimensions, source) {
      if (dimensions > MOST_HALF) {
        throw new HoldfastError(
          'FAILED_PRECONDITION',
          `pgvector indexes vectors of at most ${MOST_HALF} dimensions; the embedder "${embedder}" makes ${dimensions}. ` +
            'Set memory.vectors.product to milvus or embedded, or choose a smaller embedder.',
        );
      }
      const index = new RemoteIndex(embedder, dimensions, source, createShelf(database, embedder, dimensions));
      await index.open();
      return index;
    },
    async list() {
      if (!(await tableExists(database, 'memory_pgvector'))) return [];
      const rows = await query(database, 'select embedder from memory_pgvector order by embedder');
      return rows.map(({ embedder }) => String(embedder));
    },
    async close() {
      // The database is its owner's to close.
    },
  };
}

/** Whether pgvector is there or can be made: what `product: auto` asks. Throws STORAGE_UNAVAILABLE. */
export async function hasPgvector(database: Database): Promise<boolean> {
  if (database.dialect !== 'postgres') return false;
  const [row] = await query(
    database,
    `select exists (select 1 from pg_extension where extname = 'vector') as made,
      exists (select 1 from pg_available_extensions where name = 'vector') as available,
      (select rolsuper from pg_roles where rolname = current_user) as super`,
  );
  const is = (column: string) => String(row?.[column]) === 'true';
  return is('made') || (is('available') && is('super'));
}

function createShelf(database: Database, embedder: string, dimensions: number): RemoteShelf {
  const table = `memory_pgvector_${shortHash(embedder)}`;
  const type = dimensions > MOST_SINGLE ? 'halfvec' : 'vector';
  let isIterative = false;

  /** Batches that touch the same rows in another order are told apart by trying again. */
  const write = async (statements: readonly Statement[]) => {
    for (let left = 5; ; left -= 1) {
      try {
        return (await database.transact(statements)).results;
      } catch (error) {
        if (left === 0 || !HoldfastError.has(error, 'CONFLICT')) throw error;
      }
    }
  };

  return {
    name: 'pgvector',
    batch: 500,

    async prepare(): Promise<Prepared> {
      const version = await extensionVersion(database);
      const needed = type === 'halfvec' ? WITH_HALF : WITH_HNSW;
      if (!isAtLeast(version, needed)) {
        throw missing(`pgvector ${version} is too old: ${needed.join('.')} or newer is needed for this embedder.`);
      }
      isIterative = isAtLeast(version, WITH_ITERATIVE);
      const isNew = !(await tableExists(database, table));
      const operators = `${type}_cosine_ops`;
      await write([
        { sql: 'select pg_advisory_xact_lock($1)', params: [MAKING] },
        { sql: REGISTRY, params: [] },
        {
          sql: `create table if not exists ${table} (
            seq bigint primary key,
            tenant text not null,
            user_id text not null,
            agent text not null,
            v ${type}(${dimensions}) not null
          )`,
          params: [],
        },
        {
          sql: `create index if not exists ${table}_near on ${table} using hnsw (v ${operators})
            with (m = 16, ef_construction = 128)`,
          params: [],
        },
        { sql: `create index if not exists ${table}_scope on ${table} (tenant, user_id, agent)`, params: [] },
        {
          sql: `insert into memory_pgvector values ($1, $2, $3, 0, 1)
            on conflict (embedder) do update set incomplete = greatest(memory_pgvector.incomplete, $4)`,
          params: [clean(embedder), table, dimensions, isNew ? 1 : 0],
        },
      ]);
      const [row] = await query(
        database,
        `select applied, incomplete, (select count(*) from ${table}) as size from memory_pgvector where name = $1`,
        [table],
      );
      return {
        applied: isNew ? 0 : Number(row?.['applied']),
        size: Number(row?.['size']),
        isIncomplete: Number(row?.['incomplete']) === 1,
      };
    },

    async put(entries) {
      const results = await write([
        {
          sql: `insert into ${table}
            select (r->>0)::bigint, r->>1, r->>2, r->>3, (r->>4)::${type} from json_array_elements($1::json) r
            on conflict (seq) do update
              set tenant = excluded.tenant, user_id = excluded.user_id, agent = excluded.agent, v = excluded.v
            returning (xmax = 0)::int as fresh`,
          params: [JSON.stringify(entries.map(rowOf))],
        },
      ]);
      return results[0]?.rows.filter(({ fresh }) => Number(fresh) === 1).length ?? 0;
    },

    async remove(tenant, seqs) {
      const results = await write([
        {
          sql: `delete from ${table} where tenant = $1
            and seq in (select value::bigint from json_array_elements_text($2::json))`,
          params: [clean(tenant), JSON.stringify(seqs)],
        },
      ]);
      return results[0]?.changes ?? 0;
    },

    async search(viewer, asked, limit) {
      const { sql, params } = scopeFilter(viewer, 3);
      const distance = `v <=> $1::${type}`;
      const values = [textOf(asked), limit, ...params];
      const { results } = await database.transact([
        {
          sql: `select set_config('hnsw.ef_search', $1, true)
            ${isIterative ? ", set_config('hnsw.iterative_scan', 'strict_order', true)" : ''}`,
          params: [String(Math.min(1000, Math.max(100, limit * 2)))],
        },
        {
          sql: `select seq, 1 - (${distance}) as score from ${table} where ${sql} order by ${distance} limit $2`,
          params: values,
        },
      ]);
      const found = results[1]?.rows ?? [];
      // Too few: there are no more, or the filter let too few of the nearest pass. Looking at all that is seen tells.
      const rows =
        found.length === limit
          ? found
          : await query(
              database,
              `with seen as materialized (select seq, v from ${table} where ${sql})
                select seq, 1 - (${distance}) as score from seen order by ${distance} limit $2`,
              values,
            );
      return rows.map(({ seq, score }) => ({ seq: Number(seq), score: Number(score) }));
    },

    async seqs(after, limit) {
      const rows = await query(database, `select seq from ${table} where seq > $1 order by seq limit $2`, [
        after,
        limit,
      ]);
      return rows.map(({ seq }) => Number(seq));
    },

    async mark(applied, isIncomplete) {
      const [, counted] = await write([
        {
          sql: 'update memory_pgvector set applied = $1, incomplete = $2 where name = $3',
          params: [applied, isIncomplete ? 1 : 0, table],
        },
        { sql: `select count(*) as size from ${table}`, params: [] },
      ]);
      return Number(counted?.rows[0]?.['size']);
    },

    async empty() {
      await write([{ sql: `truncate ${table}`, params: [] }]);
    },

    async drop() {
      if (!(await tableExists(database, 'memory_pgvector'))) return;
      await write([
        { sql: `drop table if exists ${table}`, params: [] },
        { sql: 'delete from memory_pgvector where name = $1', params: [table] },
      ]);
    },
  };
}

/** The version of pgvector; makes the extension where it can be made. */
async function extensionVersion(database: Database): Promise<string> {
  const installed = "select extversion from pg_extension where extname = 'vector'";
  const [row] = await query(database, installed);
  if (row !== undefined) return String(row['extversion']);
  try {
    await database.transact([
      { sql: 'select pg_advisory_xact_lock($1)', params: [MAKING] },
      { sql: 'create extension if not exists vector', params: [] },
    ]);
  } catch (error) {
    if (HoldfastError.has(error, 'STORAGE_UNAVAILABLE')) throw error;
    throw missing('The extension pgvector is not there, and could not be made.', error);
  }
  const [made] = await query(database, installed);
  return String(made?.['extversion']);
}

function missing(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'STORAGE_UNAVAILABLE',
    `${what} The vectors themselves are kept. Install the package postgresql-<major version>-pgvector on the database ` +
      'server and run "create extension vector" there as a superuser, or set memory.vectors.product to embedded.',
    { cause, details: { missing: 'pgvector' } },
  );
}

function isAtLeast(version: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

async function tableExists(database: Database, table: string): Promise<boolean> {
  const [row] = await query(database, 'select to_regclass($1)::text as name', [table]);
  return row?.['name'] !== null;
}

/** From the primary: a replica may be behind what was put. */
async function query(database: Database, sql: string, params: readonly SqlValue[] = []): Promise<readonly Row[]> {
  const { results } = await database.transact([{ sql, params }]);
  return results[0]?.rows ?? [];
}

function scopeFilter(viewer: Viewer, first: number): { sql: string; params: string[] } {
  const tenant = clean(viewer.tenant);
  if (viewer.everybody) return { sql: `tenant = $${first}`, params: [tenant] };
  return {
    sql: `tenant = $${first} and user_id in ('', $${first + 1}) and agent in ('', $${first + 2})`,
    params: [tenant, clean(viewer.user), clean(viewer.agent)],
  };
}

function rowOf({ seq, tenant, user, agent, vector }: StoredVector): readonly (string | number)[] {
  return [seq, clean(tenant), clean(user), clean(agent), textOf(vector)];
}

function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

/** PostgreSQL keeps no NUL characters and no halves of characters. */
function clean(name: string): string {
  if (name.includes('\0')) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'A name with a NUL character cannot be stored. Nothing of it was kept.',
    );
  }
  return name.toWellFormed();
}
