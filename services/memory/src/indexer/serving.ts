import type { JsonObject } from '@holdfast/protocol';
import { change, type Database, type Row, select } from '@holdfast/storage';

/** An embedder, as the database remembers it. */
export interface Remembered {
  readonly embedder: string;
  readonly dimensions: number;
  /** What it is opened with, without secrets. */
  readonly spec: JsonObject;
}

/** The embedder whose index answers queries, and the one that is to take its place; mostly they are one. */
export interface Roles {
  readonly serving: Remembered;
  readonly target: Remembered;
}

/** Who has which role; undefined: nobody has asked for one yet. */
export async function readRoles(database: Database): Promise<Roles | undefined> {
  const rows = await select(database, 'select name, embedder, dimensions, spec from memory_serving', []);
  const role = (name: string) => rows.filter((row) => row['name'] === name).map(rememberedOf)[0];
  const [serving, target] = [role('serving'), role('target')];
  return serving && target ? { serving, target } : undefined;
}

/**
 * Makes an embedder the target: it was configured. Of several processes that are configured differently, as in the
 * middle of an upgrade, the one that started last decides; the others follow it, or they would embed in turns for ever.
 * On a new store it also serves.
 */
export async function claimTarget(database: Database, mine: Remembered): Promise<Roles> {
  const values = [mine.embedder, mine.dimensions, JSON.stringify(mine.spec)];
  await change(
    database,
    `insert into memory_serving (name, embedder, dimensions, spec) values ('serving', ?, ?, ?) on conflict do nothing`,
    values,
  );
  await change(
    database,
    `insert into memory_serving (name, embedder, dimensions, spec) values ('target', ?, ?, ?) on conflict (name)
      do update set embedder = excluded.embedder, dimensions = excluded.dimensions, spec = excluded.spec`,
    values,
  );
  // The same embedder may be reached in another way now.
  await change(database, `update memory_serving set spec = ? where name = 'serving' and embedder = ?`, [
    JSON.stringify(mine.spec),
    mine.embedder,
  ]);
  return (await readRoles(database)) ?? { serving: mine, target: mine };
}

/** Lets the target serve, unless somebody else has changed a role meanwhile; false then. */
export async function switchServing(database: Database, { serving, target }: Roles): Promise<boolean> {
  const rows = await change(
    database,
    `update memory_serving set embedder = ?, dimensions = ?, spec = ? where name = 'serving' and embedder = ?
      and exists (select 1 from memory_serving t where t.name = 'target' and t.embedder = ?) returning name`,
    [target.embedder, target.dimensions, JSON.stringify(target.spec), serving.embedder, target.embedder],
  );
  return rows.length === 1;
}

function rememberedOf(row: Row): Remembered {
  return {
    embedder: String(row['embedder']),
    dimensions: Number(row['dimensions']),
    spec: JSON.parse(String(row['spec'])) as JsonObject,
  };
}
