import { HoldfastError } from '@holdfast/protocol';
import { type Database, select, type SqlValue } from '@holdfast/storage';

import type { MemoryRecord, RecordFilter, Viewer } from '../record.ts';
import { fits, oneOf, seenBy } from './filter.ts';
import type { RecordOrder, RecordPage } from './records.ts';
import { recordOf, SELECTED } from './row.ts';

const DAY_MS = 86_400_000;

/** A page has at most so many records. */
export const MAX_PAGE = 1_000;

/** What the viewer sees of these ids, in their order, whatever their state. */
export async function getAnyState(database: Database, viewer: Viewer, ids: readonly string[]): Promise<MemoryRecord[]> {
  const seen = seenBy(viewer);
  const pages = await Promise.all(
    oneOf('r.id', [...new Set(ids)]).map(({ sql, params }) =>
      select(database, `select ${SELECTED} from memory_record r where ${seen.sql} and ${sql}`, [
        ...seen.params,
        ...params,
      ]),
    ),
  );
  const records = new Map(pages.flat().map((row) => [String(row['id']), recordOf(row)]));
  return [...new Set(ids)].flatMap((id) => records.get(id) ?? []);
}

/** See Records.bySeq. */
export async function bySeq(
  database: Database,
  filter: RecordFilter,
  seqs: readonly number[],
): Promise<readonly MemoryRecord[]> {
  const fit = fits(filter, database.dialect, { byKey: true });
  const pages = await Promise.all(
    oneOf('r.seq', seqs).map(({ sql, params }) =>
      select(database, `select ${SELECTED} from memory_record r where ${sql} and ${fit.sql}`, [
        ...params,
        ...fit.params,
      ]),
    ),
  );
  return pages.flat().map(recordOf);
}

/**
 * See Records.list. `fading` is by R = exp(-t / S) at one moment, which a token carries from page to page: t / S, the
 * age in strengths, falls where R rises. It changes its order with time, so that no index can be sorted by it: one that
 * covers it is read in whole, and only what is on the page is looked up.
 */
export async function list(
  database: Database,
  filter: RecordFilter,
  page: { readonly order: RecordOrder; readonly after: string; readonly limit: number },
  now: number,
): Promise<RecordPage> {
  const limit = Math.min(Math.max(1, Math.trunc(page.limit)), MAX_PAGE);
  const fit = fits(filter, database.dialect);
  const token = page.after === '' ? undefined : tokenOf(page.after, page.order);
  const moment = token?.moment ?? now;
  const key = page.order === 'fading' ? AGE : 'r.at';
  const keyParams: SqlValue[] = page.order === 'fading' ? [moment] : [];
  const down = page.order !== 'oldest';
  const after = token === undefined ? '' : `and (${key}, r.seq) ${down ? '<' : '>'} (?, ?)`;
  const afterParams: SqlValue[] = token === undefined ? [] : [...keyParams, token.key, token.seq];
  const rows = await select(
    database,
    `select ${SELECTED}, page.sort_key from (
        select r.seq, ${key} as sort_key from memory_record r where ${fit.sql} ${after}
        order by 2 ${down ? 'desc' : 'asc'}, r.seq ${down ? 'desc' : 'asc'} limit ?
      ) as page join memory_record r on r.seq = page.seq
      order by page.sort_key ${down ? 'desc' : 'asc'}, r.seq ${down ? 'desc' : 'asc'}`,
    [...keyParams, ...fit.params, ...afterParams, limit + 1],
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    records: rows.slice(0, limit).map(recordOf),
    next:
      last === undefined
        ? ''
        : writeToken({ order: page.order, key: Number(last['sort_key']), seq: Number(last['seq']), moment }),
  };
}

/** How many strengths old the last visit is; what is pinned does not fade. */
const AGE = `case when r.pinned = 1 then -1e300
  else (cast(? as double precision) - r.visited_at) / (r.strength_days * ${DAY_MS}.0) end`;

interface Token {
  readonly order: RecordOrder;
  readonly key: number;
  readonly seq: number;
  readonly moment: number;
}

function writeToken({ order, key, seq, moment }: Token): string {
  return Buffer.from(JSON.stringify([order, key, seq, moment])).toString('base64url');
}

function tokenOf(text: string, order: RecordOrder): Token {
  try {
    const [was, key, seq, moment] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (was === order && typeof key === 'number' && typeof seq === 'number' && typeof moment === 'number') {
      return { order, key, seq, moment };
    }
  } catch {
    // Told below, with all other ways in which it can be wrong.
  }
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'The place in the list is none of this list and order. Take `next` of the page before, or begin without.',
  );
}

/** See Records.count. */
export async function count(database: Database, filter: RecordFilter): Promise<number> {
  const fit = fits(filter, database.dialect);
  const [row] = await select(database, `select count(*) as n from memory_record r where ${fit.sql}`, fit.params);
  return Number(row?.['n'] ?? 0);
}

/** See Records.originals. */
export async function originals(database: Database, viewer: Viewer, id: string): Promise<readonly MemoryRecord[]> {
  const seen = seenBy(viewer);
  const rows = await select(
    database,
    `select ${SELECTED} from memory_record r where ${seen.sql} and r.archived_into = ? and r.archived_into <> ''
      order by r.at, r.seq`,
    [...seen.params, id],
  );
  return rows.map(recordOf);
}

/** See Records.keys. */
export async function keys(
  database: Database,
  filter: RecordFilter,
  after: number,
  limit: number,
): Promise<readonly { readonly seq: number; readonly id: string }[]> {
  const fit = fits(filter, database.dialect, { anyState: true, byKey: true });
  const rows = await select(
    database,
    `select r.seq, r.id from memory_record r where ${fit.sql} and r.seq > ? order by r.seq limit ?`,
    [...fit.params, after, limit],
  );
  return rows.map((row) => ({ seq: Number(row['seq']), id: String(row['id']) }));
}
