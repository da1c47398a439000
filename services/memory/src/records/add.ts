import { HoldfastError } from '@holdfast/protocol';
import { type Database, marks, select, type Statement, statement } from '@holdfast/storage';

import type { Draft, MemoryRecord } from '../record.ts';
import { isPlaced, made, sameKey } from './draft.ts';
import { oneOf } from './filter.ts';
import type { Keys } from './keys.ts';
import { rememberedTerms } from './near.ts';
import type { Added } from './records.ts';
import { COLUMNS, recordOf, SELECTED, valuesOf } from './row.ts';
import type { Plan, Writer } from './write.ts';

/** What adding needs. */
export interface AddDeps {
  readonly database: Database;
  readonly writer: Writer;
  readonly keys: Keys;
  readonly now: () => number;
  readonly newId: () => string;
  readonly strengthOf: (draft: Draft) => number;
}

/** A memory that is to be added, and what would be the same. */
interface Wanted {
  readonly record: MemoryRecord;
  /** It has an id of its own, rather than one that was made here. */
  readonly named: boolean;
  readonly same: string | null;
}

/** Inserts a row. */
export function inserted(database: Database, record: MemoryRecord): Statement {
  const values = [...valuesOf(record), 1, record.createdAt, sameKey(record)];
  return statement(
    database,
    `insert into memory_record (${COLUMNS.join(', ')}, shape, visited_at, same_key) values (${marks(values.length)})`,
    values,
  );
}

/** See Records.add. */
export async function add(deps: AddDeps, drafts: readonly Draft[]): Promise<readonly Added[]> {
  const { database, writer, keys, newId, strengthOf } = deps;
  const now = deps.now();
  const wanted = drafts.map((draft): Wanted => {
    const record = made(draft, { now, newId, strengthOf });
    return { record, named: draft.id !== undefined && draft.id !== '', same: sameKey(record) };
  });
  const termsOf = rememberedTerms();
  for (const { record } of wanted) if (record.state === 'active') termsOf(record.text);
  const plan = async (): Promise<Plan<readonly Added[]>> => {
    const known = await knownOf(database, wanted);
    const fresh: { at: number; wanted: Wanted }[] = [];
    const first = new Map<string, number>();
    const added: (Added | number)[] = wanted.map((one, at) => {
      const there = known(one);
      if (there !== undefined) return { record: there, as: 'known' };
      const names = namesOf(one);
      const twin = names.map((name) => first.get(name)).find((index) => index !== undefined);
      if (twin !== undefined) return twin;
      for (const name of names) first.set(name, at);
      fresh.push({ at, wanted: one });
      return at;
    });
    const seqs = await keys.take(fresh.length);
    const records = fresh.map(({ at, wanted: { record } }, n) => {
      const kept = { ...record, seq: seqs[n] ?? 0 };
      added[at] = { record: kept, as: kept.state === 'quarantined' ? 'quarantined' : 'new' };
      return kept;
    });
    const result = added.map((one): Added => {
      if (typeof one !== 'number') return one;
      const twin = added[one];
      if (twin === undefined || typeof twin === 'number') throw new RangeError('a twin of nothing');
      return { record: twin.record, as: 'known' };
    });
    const entering = records.filter(({ state }) => state === 'active');
    return { rows: records.map((record) => inserted(database, record)), entering, leaving: [], termsOf, result };
  };
  return wanted.some(({ record }) => isPlaced(record)) ? await writer.writeInLine(plan) : await writer.write(plan);
}

/** The names under which a draft is known: its id, what it says, and for what is quarantined what an active one says. */
function namesOf({ record, named, same }: Wanted): string[] {
  const names = record.state === 'quarantined' ? [sameKey({ ...record, state: 'active' }) ?? ''] : [];
  if (same !== null) names.push(same);
  if (named) names.push(`id:${record.scope.tenant} ${record.id}`);
  return names;
}

/** Reads which of the wanted are there. */
async function knownOf(
  database: Database,
  wanted: readonly Wanted[],
): Promise<(one: Wanted) => MemoryRecord | undefined> {
  const same = new Set(wanted.flatMap((one) => namesOf(one).filter((name) => !name.startsWith('id:'))));
  const ids = new Map<string, string[]>();
  for (const { record, named } of wanted) {
    if (named) ids.set(record.scope.tenant, [...(ids.get(record.scope.tenant) ?? []), record.id]);
  }
  const conditions = [
    ...oneOf('r.same_key', [...same]),
    ...[...ids].flatMap(([tenant, names]) =>
      oneOf('r.id', names).map(({ sql, params }) => ({ sql: `r.tenant = ? and ${sql}`, params: [tenant, ...params] })),
    ),
  ];
  const found = new Map<string, MemoryRecord>();
  const pages = await Promise.all(
    conditions.map(({ sql, params }) =>
      select(database, `select ${SELECTED}, r.same_key from memory_record r where ${sql}`, params),
    ),
  );
  for (const row of pages.flat()) {
    const record = recordOf(row);
    found.set(`id:${record.scope.tenant} ${record.id}`, record);
    if (row['same_key'] !== null) found.set(String(row['same_key']), record);
  }
  return (one) => {
    const there = one.named ? found.get(`id:${one.record.scope.tenant} ${one.record.id}`) : undefined;
    if (there !== undefined) return mine(one.record, there);
    return namesOf(one)
      .map((name) => found.get(name))
      .find((record) => record !== undefined);
  };
}

/** Whoever names the id of somebody else's memory is not shown it. */
function mine(wanted: MemoryRecord, there: MemoryRecord): MemoryRecord {
  if (wanted.scope.user === there.scope.user && wanted.scope.agent === there.scope.agent) return there;
  throw new HoldfastError(
    'ALREADY_EXISTS',
    'A memory of another user or agent has this id. Nothing was kept: leave the id out, and one is made.',
  );
}
