import { HoldfastError } from '@holdfast/protocol';
import { type Database, select, type Statement, statement } from '@holdfast/storage';

import { type Draft, KINDS, type MemoryRecord, type State, type Viewer } from '../record.ts';
import { type AddDeps, inserted } from './add.ts';
import { attributesOf, confidenceOf, made, sameKey, textOf, timeOf } from './draft.ts';
import { oneOf } from './filter.ts';
import { getAnyState } from './read.ts';
import { groupKey } from './group.ts';
import type { RecordChange } from './records.ts';
import { COLUMNS, recordOf, SELECTED, valuesOf } from './row.ts';
import type { Plan } from './write.ts';

/** See Records.update. */
export async function update(
  { database, writer }: AddDeps,
  viewer: Viewer,
  id: string,
  revision: number,
  change: RecordChange,
): Promise<MemoryRecord> {
  return await writer.writeInLine(async (): Promise<Plan<MemoryRecord>> => {
    const [old] = await getAnyState(database, viewer, [id]);
    if (old === undefined) throw notFound(id);
    if (old.revision !== revision) throw changedMeanwhile(id);
    const record = changed(old, change);
    await refuseTwin(database, [record]);
    const indexed = indexedBy(old) !== indexedBy(record);
    const active = record.state === 'active';
    const rows = [written(database, old, record, indexed)];
    // A vector of what it no longer says must not be found any more.
    if (indexed) rows.push(statement(database, 'delete from memory_vector where seq = ?', [old.seq]));
    return {
      rows,
      entering: active && indexed ? [record] : [],
      touched: active && !indexed ? [record] : [],
      leaving: active && groupKey(old) !== groupKey(record) ? [old] : [],
      result: record,
    };
  });
}

/** See Records.setState. */
export async function setState(
  { database, writer }: AddDeps,
  viewer: Viewer,
  ids: readonly string[],
  state: State,
  into = '',
): Promise<readonly MemoryRecord[]> {
  return await writer.writeInLine(async (): Promise<Plan<readonly MemoryRecord[]>> => {
    const there = await getAnyState(database, viewer, ids);
    if (into !== '' && (await getAnyState(database, viewer, [into])).length === 0) throw notFound(into);
    const records = there.map((old) => (old.state === state ? old : inState(old, state, into)));
    const moved = there.flatMap((old, at) => {
      const record = records[at];
      return record === undefined || record === old ? [] : [{ old, record }];
    });
    await refuseTwin(
      database,
      moved.map(({ record }) => record),
    );
    return {
      rows: moved.map(({ old, record }) => written(database, old, record, false)),
      entering: moved.filter(({ record }) => record.state === 'active').map(({ record }) => record),
      leaving: moved.filter(({ old }) => old.state === 'active').map(({ old }) => old),
      result: records,
    };
  });
}

/** See Records.replace. */
export async function replace(deps: AddDeps, originals: readonly MemoryRecord[], draft: Draft): Promise<MemoryRecord> {
  const { database, writer, keys, newId, strengthOf } = deps;
  const wanted = made(draft, { now: deps.now(), newId, strengthOf });
  return await writer.writeInLine(async (): Promise<Plan<MemoryRecord>> => {
    const known = new Map(
      (
        await bySeqs(
          database,
          originals.map(({ seq }) => seq),
        )
      ).map((record) => [record.seq, record]),
    );
    const old = originals.map((original) => {
      const there = known.get(original.seq);
      // One that was recalled meanwhile is not as it was judged, either.
      const same =
        there?.revision === original.revision && there.state === original.state && there.recalls === original.recalls;
      if (there === undefined || !same) {
        throw changedMeanwhile(original.id);
      }
      return there;
    });
    // The same may have been concluded before: that one then speaks for these too.
    const twin = (await twinsOf(database, [wanted])).find(({ seq }) => !known.has(seq));
    const [seq = 0] = twin ? [twin.seq] : await keys.take(1);
    const summary = twin ?? { ...wanted, seq };
    const archived = old.map((record) => ({ old: record, record: inState(record, 'archived', summary.id) }));
    return {
      // First the originals: one of them may say what the summary says.
      rows: [
        ...archived.map(({ old: before, record }) => written(database, before, record, false)),
        ...(twin ? [] : [inserted(database, summary)]),
      ],
      entering: twin || summary.state !== 'active' ? [] : [summary],
      leaving: old.filter(({ state }) => state === 'active'),
      result: summary,
    };
  });
}

/** See Records.erase. */
export async function erase({ database, writer }: AddDeps, tenant: string, seqs: readonly number[]): Promise<void> {
  if (seqs.length === 0) return;
  await writer.writeInLine(async (): Promise<Plan<void>> => {
    const there = (await bySeqs(database, seqs)).filter(({ scope }) => scope.tenant === tenant);
    const leaving = there.filter(({ state }) => state === 'active');
    const gone = there.filter(({ state }) => state !== 'active').map(({ seq }) => ({ seq, tenant }));
    const keys = there.map(({ seq }) => seq);
    const rows = ['memory_visit', 'memory_vector', 'memory_pending', 'memory_record'].flatMap((table) =>
      oneOf('seq', keys).map(({ sql, params }) => statement(database, `delete from ${table} where ${sql}`, params)),
    );
    return { rows, entering: [], leaving, gone, result: undefined };
  });
}

/** See Records.reindex. */
export async function reindex({ database, writer }: AddDeps, seqs: readonly number[]): Promise<void> {
  await writer.writeInLine(async (): Promise<Plan<void>> => {
    const entering = (await bySeqs(database, seqs)).filter(({ state }) => state === 'active');
    // Locks them, so that none is archived before its entry is there.
    const rows = oneOf(
      'seq',
      entering.map(({ seq }) => seq),
    ).map(({ sql, params }) => statement(database, `update memory_record set shape = shape where ${sql}`, params));
    return { rows, entering, leaving: [], result: undefined };
  });
}

/** Records by key, whoever they belong to, in whatever state. */
async function bySeqs(database: Database, seqs: readonly number[]): Promise<MemoryRecord[]> {
  const pages = await Promise.all(
    oneOf('r.seq', seqs).map(({ sql, params }) =>
      select(database, `select ${SELECTED} from memory_record r where ${sql}`, params),
    ),
  );
  return pages.flat().map(recordOf);
}

/** Writes what a record has become, unless somebody else was there first. */
function written(database: Database, old: MemoryRecord, record: MemoryRecord, reshape: boolean): Statement {
  // Visits are counted beside: what they changed meanwhile must not be taken back.
  const beside = new Set(['seq', 'recalls', 'last_recalled_at', 'strength_days']);
  const columns = COLUMNS.filter((column) => !beside.has(column));
  const values = valuesOf(record).filter((_, at) => !beside.has(COLUMNS[at] ?? ''));
  return statement(
    database,
    `update memory_record set ${columns.map((column) => `${column} = ?`).join(', ')}, same_key = ?,
      shape = shape + ${reshape ? 1 : 0} where seq = ? and revision = ?`,
    [...values, sameKey(record), old.seq, old.revision],
    { expect: 1 },
  );
}

function changed(old: MemoryRecord, change: RecordChange): MemoryRecord {
  if (change.kind !== undefined && !KINDS.includes(change.kind)) {
    throw new HoldfastError('INVALID_ARGUMENT', `"${change.kind}" is no kind of memory. Nothing was changed.`);
  }
  return {
    ...old,
    text: change.text === undefined ? old.text : textOf(change.text),
    pinned: change.pinned ?? old.pinned,
    confidence: change.confidence === undefined ? old.confidence : confidenceOf(change.confidence),
    attributes: change.attributes === undefined ? old.attributes : attributesOf(change.attributes),
    kind: change.kind ?? old.kind,
    at: change.at === undefined ? old.at : timeOf(change.at),
    revision: old.revision + 1,
  };
}

/** What of a record the indices are made from. */
function indexedBy({ text, kind, at, attributes }: MemoryRecord): string {
  return JSON.stringify([text, kind, at, attributes]);
}

function inState(old: MemoryRecord, state: State, into: string): MemoryRecord {
  return {
    ...old,
    state,
    archivedInto: state === 'archived' ? into : '',
    quarantineReason: state === 'quarantined' ? old.quarantineReason : '',
    revision: old.revision + 1,
  };
}

/** Those that say the same as one of these, in the state that these have. */
async function twinsOf(database: Database, records: readonly MemoryRecord[]): Promise<MemoryRecord[]> {
  const same = records.map(sameKey).filter((key) => key !== null);
  const pages = await Promise.all(
    oneOf('r.same_key', same).map(({ sql, params }) =>
      select(database, `select ${SELECTED} from memory_record r where ${sql}`, params),
    ),
  );
  return pages.flat().map(recordOf);
}

async function refuseTwin(database: Database, records: readonly MemoryRecord[]): Promise<void> {
  const mine = new Set(records.map(({ seq }) => seq));
  const [twin] = (await twinsOf(database, records)).filter(({ seq }) => !mine.has(seq));
  const keys = records.map(sameKey).filter((key) => key !== null);
  if (twin === undefined && new Set(keys).size === keys.length) return;
  throw new HoldfastError(
    'CONFLICT',
    `Another memory of the same user and agent says the same${twin ? ` (${twin.id})` : ''}. Nothing was changed: ` +
      'merge the two, or erase one of them.',
    { details: twin ? { reason: 'same text', id: twin.id } : { reason: 'same text' } },
  );
}

function notFound(id: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no memory ${id} here. Nothing was changed.`);
}

function changedMeanwhile(id: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `The memory ${id} was changed meanwhile. Nothing of this change was kept: read it again, and repeat it.`,
    { details: { reason: 'revision', id } },
  );
}
