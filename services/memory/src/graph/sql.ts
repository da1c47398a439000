import { HoldfastError } from '@holdfast/protocol';
import { type Database, inGroups, marks, type Row, select, transact } from '@holdfast/storage';
import { nameKey } from '@holdfast/text';

import type { Viewer } from '../record.ts';
import type { Entity, Graph, Relation, Subgraph } from './graph.ts';
import { checkDraft, checkName, noEntity, sameEntity, typeOf } from './input.ts';
import { degreeOf, entitiesOf, relationsWhere, seenBy } from './sql-read.ts';
import { merging, relating, removing, statementsOf, turnOf } from './sql-write.ts';
import { type RelationsAround, type Walk, walkAround, walkBetween } from './traverse.ts';

/** What a graph in a database is made of. */
export interface SqlGraphDeps {
  /** With GRAPH_SCHEMA. */
  readonly database: Database;
  readonly now: () => number;
  /** A new unique id, without a prefix. */
  readonly newId: () => string;
}

/** How often a batch is tried that another one got in the way of. */
const TRIES = 6;

/** The graph in either SQL product. The database is its owner's to close. */
export function createSqlGraph({ database, now, newId }: SqlGraphDeps): Graph {
  const of = statementsOf(database);

  const around =
    (viewer: Viewer, at: number): RelationsAround =>
    async (ids, limit) => {
      const holds = at === 0 ? '' : ' and e.valid_from <= ? and (e.valid_until = 0 or e.valid_until > ?)';
      const times = at === 0 ? [] : [at, at];
      // Each end has an index of its own; an `or` over both would use neither.
      const one = (end: string) => `select e.id from memory_edge e
        where e.tenant = ? and e.${end} in (${marks(ids.length)})${holds}`;
      const params = [viewer.tenant, ...ids, ...times];
      return await relationsWhere(
        database,
        viewer,
        { sql: `e.id in (${one('subject')} union ${one('object')})`, params: [...params, ...params] },
        { sql: 'order by e.confidence desc, e.created_at desc, e.id limit ?', params: [limit] },
      );
    };

  const subgraph = async (viewer: Viewer, walk: Walk): Promise<Subgraph> => ({
    entities: await entitiesOf(database, viewer, walk.entities),
    relations: walk.relations,
    truncated: walk.truncated,
  });

  const remove = async (tenant: string, sql: string, params: readonly string[]) => {
    const results = await transact(database, [turnOf(of, tenant), ...removing(of, tenant, { sql, params }, true)]);
    const [entities = [], relations = []] = results.slice(-2);
    return { relations: relations.length, entities: entities.length };
  };

  const written = async (statements: Parameters<Database['transact']>[0]): Promise<readonly Row[]> => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return (await database.transact(statements)).results.at(-1)?.rows ?? [];
      } catch (error) {
        if (left > 1 && HoldfastError.has(error, 'CONFLICT')) continue;
        throw error;
      }
    }
  };

  return {
    name: 'database',

    async relate(draft) {
      const checked = checkDraft(draft);
      const ids = { subject: `ent_${newId()}`, object: `ent_${newId()}`, relation: `rel_${newId()}` };
      const [row] = await written(relating(of, checked, ids, now())).catch((error: unknown) => {
        throw HoldfastError.has(error, 'INVALID_ARGUMENT') ? sameEntity() : error;
      });
      const viewer = everybody(checked.scope.tenant);
      const [relation] = await byIds(database, viewer, [String(row?.['id'])]);
      const [subject, object] = relation ? await entitiesOf(database, viewer, [relation.subject, relation.object]) : [];
      if (!relation || !subject || !object) throw goneAgain();
      // Who says something is not told what only others may see.
      const seen = { ...checked.scope, everybody: checked.scope.user === '' && checked.scope.agent === '' };
      const contradicts = await byIds(database, seen, relation.contradicts);
      return { relation: { ...relation, contradicts: contradicts.map(({ id }) => id) }, subject, object, contradicts };
    },

    async entities(viewer, { query, type, limit }) {
      const degree = degreeOf(viewer);
      const key = nameKey(query);
      const kind = typeOf(type);
      const find = database.dialect === 'sqlite' ? 'instr' : 'strpos';
      const rows = await select(
        database,
        `select * from (select n.id, ${degree.sql} as degree from memory_entity n where n.tenant = ?
          ${kind === '' ? '' : 'and n.type = ?'}
          ${
            key === ''
              ? ''
              : `and exists (select 1 from memory_alias a where a.tenant = n.tenant and a.entity = n.id
                and ${find}(a.name_key, ?) > 0)`
          }) as found where degree >= ? order by degree desc, id limit ?`,
        [
          ...degree.params,
          viewer.tenant,
          ...(kind === '' ? [] : [kind]),
          ...(key === '' ? [] : [key]),
          viewer.everybody ? 0 : 1,
          Math.max(0, limit),
        ],
      );
      return await entitiesOf(database, viewer, rows.map(idOf));
    },

    async named(viewer, keys) {
      const found = new Map<string, string>();
      for (const group of inGroups([...new Set(keys)])) {
        const rows = await select(
          database,
          `select name_key, entity from memory_alias where tenant = ? and name_key in (${marks(group.length)})`,
          [viewer.tenant, ...group],
        );
        for (const row of rows) found.set(String(row['name_key']), String(row['entity']));
      }
      return await entitiesOf(
        database,
        viewer,
        keys.flatMap((key) => found.get(key) ?? []),
      );
    },

    async neighbourhood(viewer, from, { depth, at, limit }) {
      const start =
        from.length > 0
          ? await entitiesOf(database, viewer, from)
          : await this.entities(viewer, { query: '', type: '', limit });
      const ids = start.map(({ id }) => id);
      return await subgraph(viewer, await walkAround(around(viewer, at), ids, depth, limit));
    },

    async path(viewer, from, to, maxLength) {
      const ends = await entitiesOf(database, viewer, [from, to]);
      if (ends.length < new Set([from, to]).size) return { entities: [], relations: [], truncated: false };
      return await subgraph(viewer, await walkBetween(around(viewer, 0), from, to, maxLength));
    },

    async merge(tenant, into, from) {
      if (into !== from) {
        await written(merging(of, tenant, into, from)).catch((error: unknown) => {
          throw HoldfastError.has(error, 'NOT_FOUND') ? noEntity() : error;
        });
      }
      const [entity] = await entitiesOf(database, everybody(tenant), [into]);
      if (!entity) throw noEntity();
      return entity;
    },

    async alias(tenant, entityId, names) {
      const checked = names.map(checkName);
      const there = of('update memory_entity set name = name where tenant = ? and id = ?', [tenant, entityId], {
        expect: 1,
        otherwise: 'NOT_FOUND',
      });
      const rows = checked.map(({ name, key }) =>
        of(
          `insert into memory_alias (tenant, name_key, name, entity) values (?, ?, ?, ?)
            on conflict (tenant, name_key) do nothing`,
          [tenant, key, name, entityId],
        ),
      );
      await written([turnOf(of, tenant), there, ...rows]).catch((error: unknown) => {
        throw HoldfastError.has(error, 'NOT_FOUND') ? noEntity() : error;
      });
    },

    async removeRelation(viewer, id) {
      const seen = seenBy(viewer);
      const params = [viewer.tenant, ...(viewer.everybody ? [] : [viewer.user, viewer.agent]), id];
      return (await remove(viewer.tenant, `${seen.sql} and e.id = ?`, params)).relations === 1;
    },

    async eraseMemories(tenant, memoryIds) {
      const gone = { relations: 0, entities: 0 };
      for (const ids of inGroups([...new Set(memoryIds)])) {
        const these = `(${marks(ids.length)})`;
        const rests = (which: string) => `exists (select 1 from memory_edge_memory m
          where m.tenant = e.tenant and m.edge = e.id and m.memory ${which} ${these})`;
        const results = await transact(database, [
          turnOf(of, tenant),
          ...removing(
            of,
            tenant,
            {
              sql: `e.id in (select c.edge from memory_edge_memory c where c.tenant = ? and c.memory in ${these})
                and not ${rests('not in')}`,
              params: [tenant, ...ids, ...ids],
            },
            true,
          ),
          of(`delete from memory_edge_memory where tenant = ? and memory in ${these}`, [tenant, ...ids]),
        ]);
        const [entities = [], relations = []] = results.slice(-3, -1);
        gone.relations += relations.length;
        gone.entities += entities.length;
      }
      return gone;
    },

    async eraseUser(tenant, user) {
      if (user === '') return { relations: 0, entities: 0 };
      return await remove(tenant, 'e.user_id = ?', [user]);
    },

    async count(tenant) {
      const [row] = await select(
        database,
        `select (select count(*) from memory_entity where tenant = ?) as entities,
          (select count(*) from memory_edge where tenant = ?) as relations`,
        [tenant, tenant],
      );
      return { entities: Number(row?.['entities']), relations: Number(row?.['relations']) };
    },

    relations: (viewer, after, limit) =>
      relationsWhere(
        database,
        viewer,
        { sql: 'e.id > ?', params: [after] },
        { sql: 'order by e.id limit ?', params: [Math.max(0, limit)] },
      ),

    byId: (tenant, ids) => entitiesOf(database, everybody(tenant), ids),

    async close() {
      // The database is its owner's to close.
    },
  };
}

function everybody(tenant: string): Viewer {
  return { tenant, user: '', agent: '', everybody: true };
}

async function byIds(database: Database, viewer: Viewer, ids: readonly string[]): Promise<readonly Relation[]> {
  const groups: Relation[] = [];
  for (const group of inGroups(ids)) {
    const fits = { sql: `e.id in (${marks(group.length)})`, params: group };
    groups.push(...(await relationsWhere(database, viewer, fits, { sql: 'order by e.id', params: [] })));
  }
  return groups;
}

function idOf(row: Row): Entity['id'] {
  return String(row['id']);
}

function goneAgain(): HoldfastError {
  return new HoldfastError('CONFLICT', 'The relation was kept and removed by somebody else at once. Say it again.');
}
