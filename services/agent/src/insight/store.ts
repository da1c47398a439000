import type { Database, ReadToken, Statement } from '@holdfast/storage';
import { sql } from 'kysely';

import { numberPlaceholders } from '../journal/postgres.ts';
import type { Range } from './range.ts';
import type { InsightKind, InsightRow } from './row.ts';

/** Time that is read at once: a long range of a busy platform must hold up neither the process nor other reads. */
const WINDOW_MS = 86_400_000;

/**
 * Where figures are kept, beside the runs. Every method throws HoldfastError STORAGE_* where the database fails.
 */
export interface InsightStore {
  /** Puts the rows of one process in the place of those that it wrote before. Durable when it resolves. */
  write(worker: string, rows: readonly InsightRow[]): Promise<void>;
  /** The rows of all processes, added up by kind and name for each step of the range; in parts, oldest first. */
  read(tenant: string, range: Range): AsyncIterable<readonly InsightRow[]>;
  /** Deletes the rows of buckets before a time. */
  prune(before: number): Promise<void>;
}

/** Rows of one step, kind and name. */
interface Summed extends Omit<StoredRow, 'tenant' | 'bucket_at' | 'worker' | 'histogram'> {
  step: number;
  /** Of each row: a JSON array of arrays. */
  histograms: string;
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

    async *read(tenant, { from, to, stepMs }) {
      const window = Math.max(stepMs, WINDOW_MS - (WINDOW_MS % stepMs));
      for (let at = from; at < to; at += window) {
        const { rows } = await sql<Summed>`
          select cast((bucket_at - ${from}) / ${stepMs} as bigint) as step, kind, name,
            cast(sum(count) as bigint) as count, cast(sum(errors) as bigint) as errors,
            sum(total) as total, max(maximum) as maximum,
            '[' || string_agg(histogram, ',') || ']' as histograms,
            cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens,
            sum(cost_usd) as cost_usd, cast(sum(cost_unknown) as bigint) as cost_unknown
          from insight where tenant = ${tenant} and bucket_at >= ${at} and bucket_at < ${Math.min(at + window, to)}
          group by step, kind, name order by step, kind, name`.execute(db.reader(written));
        yield rows.map((row) => rowOf(row, tenant, from + row.step * stepMs));
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

function rowOf(row: Summed, tenant: string, bucketAt: number): InsightRow {
  const histogram: number[] = [];
  for (const counts of JSON.parse(row.histograms) as number[][]) {
    for (const [place, count] of counts.entries()) histogram[place] = (histogram[place] ?? 0) + count;
  }
  return {
    tenant,
    bucketAt,
    kind: row.kind,
    name: row.name,
    count: row.count,
    errors: row.errors,
    total: row.total,
    maximum: row.maximum,
    histogram,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    costUnknown: row.cost_unknown,
  };
}
