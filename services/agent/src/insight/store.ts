import type { Database, ReadToken, Statement } from '@holdfast/storage';
import { sql } from 'kysely';

import { numberPlaceholders } from '../journal/postgres.ts';
import type { InsightKind, InsightRow } from './row.ts';

/** Rows that are read at once: a long range of a busy platform must not hold the process up. */
const PAGE = 1000;

/**
 * Where figures are kept, beside the runs. Every method throws HoldfastError STORAGE_* where the database fails.
 */
export interface InsightStore {
  /** Puts the rows of one process in the place of those that it wrote before. Durable when it resolves. */
  write(worker: string, rows: readonly InsightRow[]): Promise<void>;
  /** Rows of all processes with a bucket from `from` up to, but not including, `to`; in pages, oldest first. */
  read(tenant: string, from: number, to: number): AsyncIterable<readonly InsightRow[]>;
  /** Deletes the rows of buckets before a time. */
  prune(before: number): Promise<void>;
}

interface StoredRow {
  tenant: string;
  bucket_at: number;
  kind: InsightKind;
  name: string;
  worker: string;
  count: number;
  errors: number;
  total: number;
  maximum: number;
  histogram: string;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  cost_unknown: number;
}

const KEYS = ['tenant', 'bucket_at', 'kind', 'name', 'worker'] as const;
const FIGURES = [
  'count',
  'errors',
  'total',
  'maximum',
  'histogram',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'cost_unknown',
] as const;

/** The store on SQLite or PostgreSQL. */
export function createInsightStore(db: Database): InsightStore {
  const flavour = db.dialect === 'postgres' ? numberPlaceholders : (text: string) => text;
  const columns = [...KEYS, ...FIGURES];
  const upsert = flavour(
    `insert into insight (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
      on conflict (${KEYS.join(', ')}) do update set ${FIGURES.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  );
  const prune = flavour('delete from insight where bucket_at < ?');
  // A read through this store sees every write through it, on a replica too.
  let written: ReadToken | undefined;
  const transact = async (statements: readonly Statement[]) => {
    written = (await db.transact(statements)).token;
  };
  return {
    async write(worker, rows) {
      const stored = rows.map((row) => storedOf(row, worker));
      await transact(stored.map((row) => ({ sql: upsert, params: columns.map((name) => row[name]) })));
    },

    async *read(tenant, from, to) {
      let after = { bucket_at: from, kind: '', name: '', worker: '' };
      for (;;) {
        const { rows } = await sql<StoredRow>`select * from insight where tenant = ${tenant} and bucket_at < ${to}
          and (bucket_at, kind, name, worker) > (${after.bucket_at}, ${after.kind}, ${after.name}, ${after.worker})
          order by bucket_at, kind, name, worker limit ${PAGE}`.execute(db.reader(written));
        yield rows.map((row) => rowOf(row));
        const last = rows.at(-1);
        if (!last || rows.length < PAGE) return;
        after = last;
      }
    },

    prune: (before) => transact([{ sql: prune, params: [before] }]),
  };
}

function storedOf(row: InsightRow, worker: string): StoredRow {
  return {
    tenant: row.tenant,
    bucket_at: row.bucketAt,
    kind: row.kind,
    name: row.name,
    worker,
    count: row.count,
    errors: row.errors,
    total: row.total,
    maximum: row.maximum,
    histogram: JSON.stringify(row.histogram),
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    cost_usd: row.costUsd,
    cost_unknown: row.costUnknown,
  };
}

function rowOf(row: StoredRow): InsightRow {
  return {
    tenant: row.tenant,
    bucketAt: row.bucket_at,
    kind: row.kind,
    name: row.name,
    count: row.count,
    errors: row.errors,
    total: row.total,
    maximum: row.maximum,
    histogram: JSON.parse(row.histogram) as number[],
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    costUnknown: row.cost_unknown,
  };
}
