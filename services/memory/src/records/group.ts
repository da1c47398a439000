import { type Database, select, type Statement, statement } from '@holdfast/storage';

import type { MemoryRecord } from '../record.ts';
import { isPlaced } from './draft.ts';
import { recordOf, SELECTED } from './row.ts';

/** How many neighbours on either side a memory is indexed with: two find more than one, three bury (docs/recall.md). */
export const SPAN = 2;

/** The active members of a group around places that change, as they are before the change. */
export interface Window {
  /** In order. */
  readonly members: readonly MemoryRecord[];
  /** Fails the batch with CONFLICT where anything joined, left or changed in the window since it was read. */
  readonly unchanged: Statement;
}

/** The same for memories that are in line with one another: what one viewer sees of a group, all do. */
export function groupKey({ scope, group, kind }: MemoryRecord): string {
  return JSON.stringify([scope.tenant, scope.user, scope.agent, group, kind]);
}

/** Sorts memories into the groups in which they have neighbours; what stands alone is left out. */
export function byGroup(records: readonly MemoryRecord[]): MemoryRecord[][] {
  const groups = new Map<string, MemoryRecord[]>();
  for (const record of records) {
    if (!isPlaced(record)) continue;
    const key = groupKey(record);
    const there = groups.get(key);
    if (there) there.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()].map((group) => group.toSorted(inLine));
}

/** The order of a group. */
export function inLine(a: MemoryRecord, b: MemoryRecord): number {
  return a.position - b.position || a.seq - b.seq;
}

const IN_GROUP = `r.tenant = ? and r.user_id = ? and r.agent_id = ? and r.group_name = ? and r.group_name <> ''
  and r.kind = ? and r.state = 'active'`;

function groupParams({ scope, group, kind }: MemoryRecord): string[] {
  return [scope.tenant, scope.user, scope.agent, group, kind];
}

/** Reads what stands around the places of these memories (of one group, in order), and what between them. */
export async function windowOf(database: Database, touched: readonly MemoryRecord[], span: number): Promise<Window> {
  const [first, last] = [touched[0], touched.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a window is around something');
  const group = groupParams(first);
  // Twice the span: a neighbour's own neighbours are part of what is written for it.
  const reach = 2 * span;
  const read = (where: string, order: string, params: readonly number[]) =>
    select(database, `select ${SELECTED}, r.shape from memory_record r where ${IN_GROUP} and ${where} ${order}`, [
      ...group,
      ...params,
    ]);
  const [before, between, after] = await Promise.all([
    read('r.position < ?', 'order by r.position desc, r.seq desc limit ?', [first.position, reach]),
    read('r.position >= ? and r.position <= ?', 'order by r.position, r.seq', [first.position, last.position]),
    read('r.position > ?', 'order by r.position, r.seq limit ?', [last.position, reach]),
  ]);
  const rows = [...before.toReversed(), ...between, ...after];
  const low = before.length < reach ? undefined : before.at(-1);
  const high = after.length < reach ? undefined : after.at(-1);
  const shapes = rows.reduce((sum, row) => sum + Number(row['shape']), 0);
  const unchanged = statement(
    database,
    `select 1 as same from (select count(*) as members, coalesce(sum(r.shape), 0) as shapes from memory_record r
      where ${IN_GROUP} and (r.position, r.seq) >= (?, ?) and (r.position, r.seq) <= (?, ?)) as there
      where members = ? and shapes = ?`,
    [
      ...group,
      Number(low?.['position'] ?? -1),
      Number(low?.['seq'] ?? 0),
      Number(high?.['position'] ?? Number.MAX_SAFE_INTEGER),
      Number(high?.['seq'] ?? Number.MAX_SAFE_INTEGER),
      rows.length,
      shapes,
    ],
    { expect: 1 },
  );
  return { members: rows.map(recordOf), unchanged };
}

/** A memory with those that stand beside it. */
export interface InLine {
  readonly record: MemoryRecord;
  readonly neighbours: readonly MemoryRecord[];
}

/**
 * Whose entry changes when members join, change and leave, with their neighbours as they are then.
 *
 * @param members as they are before
 * @param joining new ones, and changed ones in the place of the old
 * @param leaving keys of those that go
 */
export function rearranged(
  members: readonly MemoryRecord[],
  joining: readonly MemoryRecord[],
  leaving: ReadonlySet<number>,
  span: number,
): InLine[] {
  const joined = new Set(joining.map(({ seq }) => seq));
  const old = members.filter(({ seq }) => !joined.has(seq));
  const line = [...old, ...joining].toSorted(inLine);
  const touched = new Set<MemoryRecord>();
  const stay = line.filter(({ seq }) => !leaving.has(seq));
  let at = 0;
  for (const record of line) {
    const gone = leaving.has(record.seq);
    if (gone || joined.has(record.seq)) {
      // A gap touches `span` on either side of it, a member also itself.
      for (const near of stay.slice(Math.max(0, at - span), at + span + (gone ? 0 : 1))) touched.add(near);
    }
    if (!gone) at += 1;
  }
  const places = new Map(stay.map((record, place) => [record, place]));
  return [...touched].map((record) => {
    const place = places.get(record) ?? 0;
    const before = stay.slice(Math.max(0, place - span), place);
    return { record, neighbours: [...before, ...stay.slice(place + 1, place + 1 + span)] };
  });
}

/** Active members beside a memory, those before it and those after it, each nearest first. */
export async function beside(database: Database, record: MemoryRecord, span: number): Promise<Beside> {
  if (!isPlaced(record) || span < 1) return { before: [], after: [] };
  const read = (side: string, order: string) =>
    select(
      database,
      `select ${SELECTED} from memory_record r where ${IN_GROUP} and (r.position, r.seq) ${side} (?, ?)
        order by r.position ${order}, r.seq ${order} limit ?`,
      [...groupParams(record), record.position, record.seq, span],
    );
  const [before, after] = await Promise.all([read('<', 'desc'), read('>', 'asc')]);
  return { before: before.map(recordOf), after: after.map(recordOf) };
}

/** What stands beside a memory: before it and after it, each nearest first. */
export interface Beside {
  readonly before: readonly MemoryRecord[];
  readonly after: readonly MemoryRecord[];
}

/** So many members are read for each one that is asked for, before asking for each by itself reads less. */
const READ_FOR_EACH = 4;

/** `beside` for many, by key: members of one group that stand near one another are read together. */
export async function besideEach(
  database: Database,
  records: readonly MemoryRecord[],
  span: number,
): Promise<ReadonlyMap<number, Beside>> {
  if (span < 1) return new Map();
  const groups = await Promise.all(byGroup(records).map((group) => besideIn(database, group, span)));
  return new Map(groups.flat());
}

async function besideIn(
  database: Database,
  group: readonly MemoryRecord[],
  span: number,
): Promise<readonly (readonly [number, Beside])[]> {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const line = group.length < 2 ? undefined : await lineOf(database, first, last, span, group.length * READ_FOR_EACH);
  if (line === undefined) {
    return await Promise.all(group.map(async (record) => [record.seq, await beside(database, record, span)] as const));
  }
  const places = new Map(line.map(({ seq }, place) => [seq, place]));
  return await Promise.all(
    group.map(async (record) => {
      const place = places.get(record.seq);
      // It went, or moved, since it was read.
      if (place === undefined) return [record.seq, await beside(database, record, span)] as const;
      const before = line.slice(Math.max(0, place - span), place).toReversed();
      return [record.seq, { before, after: line.slice(place + 1, place + 1 + span) }] as const;
    }),
  );
}

/** The members from one to another and `span` more on either side, in order; undefined: there are more than `most`. */
async function lineOf(
  database: Database,
  first: MemoryRecord,
  last: MemoryRecord,
  span: number,
  most: number,
): Promise<readonly MemoryRecord[] | undefined> {
  const read = (where: string, order: string, params: readonly number[]) =>
    select(
      database,
      `select ${SELECTED} from memory_record r where ${IN_GROUP} and ${where} order by r.position ${order}, r.seq ${order} limit ?`,
      [...groupParams(first), ...params],
    );
  const [before, between, after] = await Promise.all([
    read('r.position < ?', 'desc', [first.position, span]),
    read('r.position >= ? and r.position <= ?', 'asc', [first.position, last.position, most + 1]),
    read('r.position > ?', 'asc', [last.position, span]),
  ]);
  if (between.length > most) return undefined;
  return [...before.toReversed(), ...between, ...after].map(recordOf);
}
