import { type Database, inGroups, marks, type Row, select, type SqlValue } from '@holdfast/storage';
import { nameKey } from '@holdfast/text';

import type { Viewer } from '../record.ts';
import type { Entity, Relation } from './graph.ts';

/** A condition and its parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Which relations a viewer sees; `e` is the relation. */
export function seenBy({ tenant, user, agent, everybody }: Viewer): Condition {
  if (everybody) return { sql: 'e.tenant = ?', params: [tenant] };
  return {
    sql: `e.tenant = ? and e.user_id in ('', ?) and e.agent_id in ('', ?)`,
    params: [tenant, user, agent],
  };
}

/** Relations that fit; `rest` follows the condition, such as an order and a limit. */
export async function relationsWhere(
  database: Database,
  viewer: Viewer,
  condition: Condition,
  rest: Condition,
): Promise<readonly Relation[]> {
  const seen = seenBy(viewer);
  const rows = await select(
    database,
    `select e.* from memory_edge e where ${seen.sql} and ${condition.sql} ${rest.sql}`,
    [...seen.params, ...condition.params, ...rest.params],
  );
  const ids = rows.map((row) => String(row['id']));
  const memories = await collected(database, ids, (at) => ({
    sql: `select edge as id, memory as value from memory_edge_memory where tenant = ? and edge in (${marks(at.length)})
      order by edge, memory`,
    params: [viewer.tenant, ...at],
  }));
  // What a viewer does not see is not named to them either.
  const contradictions = await collected(database, ids, (at) => ({
    sql: `select c.edge as id, c.other as value from memory_edge_contradiction c
      join memory_edge e on e.tenant = c.tenant and e.id = c.other
      where ${seen.sql} and c.edge in (${marks(at.length)}) order by c.edge, c.other`,
    params: [...seen.params, ...at],
  }));
  return rows.map((row) => {
    const id = String(row['id']);
    return relationOf(row, memories.get(id) ?? [], contradictions.get(id) ?? []);
  });
}

/** Entities of these ids, in their order; those of which the viewer sees no relation are left out. */
export async function entitiesOf(database: Database, viewer: Viewer, ids: readonly string[]): Promise<Entity[]> {
  const distinct = [...new Set(ids)];
  const degree = degreeOf(viewer);
  const rows: Row[] = [];
  for (const group of inGroups(distinct)) {
    const found = await select(
      database,
      `select n.*, ${degree.sql} as degree from memory_entity n where n.tenant = ? and n.id in (${marks(group.length)})`,
      [...degree.params, viewer.tenant, ...group],
    );
    rows.push(...found.filter((row) => viewer.everybody || Number(row['degree']) > 0));
  }
  const names = await collected(
    database,
    rows.map((row) => String(row['id'])),
    (at) => ({
      sql: `select entity as id, name as value from memory_alias where tenant = ? and entity in (${marks(at.length)})
        order by entity, name_key`,
      params: [viewer.tenant, ...at],
    }),
  );
  const entities = new Map(
    rows.map((row): [string, Entity] => {
      const id = String(row['id']);
      return [id, entityOf(row, names.get(id) ?? [])];
    }),
  );
  return distinct.flatMap((id) => entities.get(id) ?? []);
}

/** How many relations of the entity `n` the viewer sees. */
export function degreeOf(viewer: Viewer): Condition {
  const seen = seenBy(viewer);
  const one = (end: string) => `(select count(*) from memory_edge e where ${seen.sql} and e.${end} = n.id)`;
  return { sql: `${one('subject')} + ${one('object')}`, params: [...seen.params, ...seen.params] };
}

async function collected(
  database: Database,
  ids: readonly string[],
  query: (ids: readonly string[]) => Condition,
): Promise<Map<string, string[]>> {
  const values = new Map<string, string[]>();
  for (const group of inGroups(ids)) {
    const { sql, params } = query(group);
    for (const row of await select(database, sql, params)) {
      const id = String(row['id']);
      const of = values.get(id);
      if (of) of.push(String(row['value']));
      else values.set(id, [String(row['value'])]);
    }
  }
  return values;
}

function entityOf(row: Row, names: readonly string[]): Entity {
  const name = String(row['name']);
  const key = nameKey(name);
  return {
    id: String(row['id']),
    name,
    type: String(row['type']),
    aliases: names.filter((alias) => nameKey(alias) !== key),
    degree: Number(row['degree']),
    createdAt: Number(row['created_at']),
  };
}

function relationOf(row: Row, memoryIds: readonly string[], contradicts: readonly string[]): Relation {
  return {
    id: String(row['id']),
    scope: { tenant: String(row['tenant']), user: String(row['user_id']), agent: String(row['agent_id']) },
    subject: String(row['subject']),
    predicate: String(row['predicate']),
    object: String(row['object']),
    validFrom: Number(row['valid_from']),
    validUntil: Number(row['valid_until']),
    confidence: Number(row['confidence']),
    memoryIds,
    contradicts,
    createdAt: Number(row['created_at']),
  };
}
