import { type Database, inGroups, marks, select } from '@holdfast/storage';

import type { Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { Target, What } from './store.ts';

const PAGE = 1_000;

/** What goes, and what was archived under something that goes and comes back. */
export interface Targets {
  readonly targets: readonly Target[];
  /** Ids of memories that become active again: what spoke for them also spoke of what is erased. */
  readonly restored: readonly string[];
}

/**
 * Which memories an erasure takes. With a memory go those that it was made from, since they say the same, and those that
 * were made from it, since they speak of it. What else such a summary was made from comes back, and is summed up anew
 * by the next compression, without what is gone.
 */
export async function targetsOf(database: Database, records: Records, viewer: Viewer, what: What): Promise<Targets> {
  const { tenant } = viewer;
  const found = new Map<string, number>();
  for (const { seq, id } of await wantedOf(records, viewer, what)) found.set(id, seq);
  await spread(found, (ids) => below(database, tenant, ids));
  const wanted = new Set(found.keys());
  await spread(found, (ids) => above(database, tenant, ids));
  const summaries = [...found.keys()].filter((id) => !wanted.has(id));
  const others = await below(database, tenant, summaries);
  return {
    targets: [...found].map(([id, seq]) => ({ id, seq })),
    restored: others.map(({ id }) => id).filter((id) => !found.has(id)),
  };
}

async function wantedOf(records: Records, viewer: Viewer, what: What): Promise<Target[]> {
  if (what.kind === 'ids') return [...(await records.get(viewer, what.ids))];
  const filter = {
    user: { viewer: { ...viewer, everybody: true }, user: what.name },
    document: { viewer, documentId: what.name },
    run: { viewer, runId: what.name },
    group: { viewer, group: what.name },
  }[what.kind];
  const all: Target[] = [];
  // An empty name would bound nothing: it names nothing.
  if (what.name === '') return all;
  for (let after = 0; ; ) {
    const page = await records.keys({ ...filter, anyState: true }, after, PAGE);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return all;
    after = last.seq;
  }
}

/** Adds what is reached from what is there, until nothing new is. */
async function spread(
  found: Map<string, number>,
  reach: (ids: readonly string[]) => Promise<readonly Target[]>,
): Promise<void> {
  for (let edge = [...found.keys()]; edge.length > 0; ) {
    const next = (await reach(edge)).filter(({ id }) => !found.has(id));
    for (const { id, seq } of next) found.set(id, seq);
    edge = next.map(({ id }) => id);
  }
}

/** Those that were archived into these. */
async function below(database: Database, tenant: string, ids: readonly string[]): Promise<Target[]> {
  return await read(
    database,
    ids,
    (holes) =>
      `select seq, id from memory_record where tenant = ? and archived_into <> '' and archived_into in (${holes})`,
    tenant,
  );
}

/** Those that these were archived into. */
async function above(database: Database, tenant: string, ids: readonly string[]): Promise<Target[]> {
  return await read(
    database,
    ids,
    (holes) => `select i.seq, i.id from memory_record o join memory_record i on i.tenant = o.tenant
      and i.id = o.archived_into where o.tenant = ? and o.id in (${holes})`,
    tenant,
  );
}

async function read(
  database: Database,
  ids: readonly string[],
  sql: (holes: string) => string,
  tenant: string,
): Promise<Target[]> {
  const found: Target[] = [];
  for (const group of inGroups(ids)) {
    const rows = await select(database, sql(marks(group.length)), [tenant, ...group]);
    found.push(...rows.map((row) => ({ seq: Number(row['seq']), id: String(row['id']) })));
  }
  return found;
}
