import { HoldfastError } from '@holdfast/protocol';
import { nameKey } from '@holdfast/text';

import type { Viewer } from '../record.ts';
import type { GraphConfig } from './config.ts';
import type { Graph, Subgraph } from './graph.ts';
import { checkDraft, checkName, noEntity, typeOf } from './input.ts';
import { entitiesFound, relationsById, relationsFound, SEEN, viewing } from './neo4j-read.ts';
import { openCypher, type Run } from './neo4j-session.ts';
import { aliasIn, eraseMemoriesIn, mergeIn, relateIn, removeIn, takeTurn } from './neo4j-write.ts';
import { type RelationsAround, walkAround, walkBetween } from './traverse.ts';

/** What a graph in Neo4j is made of, beside its configuration. */
export interface Neo4jGraphDeps {
  readonly now: () => number;
  /** A new unique id, without a prefix. */
  readonly newId: () => string;
}

/**
 * The graph in Neo4j. A relation is a node between its subject and its object, since memories and contradictions hang
 * on it. Connects when it is first used; STORAGE_UNAVAILABLE where Neo4j does not answer, until it does again.
 */
export function createNeo4jGraph(config: GraphConfig, { now, newId }: Neo4jGraphDeps): Graph {
  const cypher = openCypher(config);

  const around =
    (run: Run, viewer: Viewer, at: number): RelationsAround =>
    async (ids, limit) =>
      await relationsFound(
        run,
        viewer,
        `match (n:Entity)<-[:SUBJECT|OBJECT]-(r:Relation) where n.tenant = $tenant and n.id in $ids
          and ($at = 0 or (r.validFrom <= $at and (r.validUntil = 0 or r.validUntil > $at)))`,
        'order by r.confidence desc, r.createdAt desc, r.id limit toInteger($limit)',
        { ids, at, limit },
      );

  const listed = async (run: Run, viewer: Viewer, query: string, type: string, limit: number) => {
    const rows = await run(
      `match (n:Entity {tenant: $tenant}) where ($type = '' or n.type = $type)
        and ($key = '' or exists { match (a:Name)-[:OF]->(n) where a.key contains $key })
        with n, count { match (n)<-[:SUBJECT|OBJECT]-(r:Relation) where ${SEEN} } as degree
        where $everybody or degree > 0
        return n.id as id order by degree desc, n.id limit toInteger($limit)`,
      { ...viewing(viewer), type: typeOf(type), key: nameKey(query), limit: Math.max(0, limit) },
    );
    return await entitiesFound(
      run,
      viewer,
      rows.map((row) => String(row['id'])),
    );
  };

  return {
    name: 'neo4j',

    async relate(draft) {
      const checked = checkDraft(draft);
      return await cypher.write(async (run) => {
        const id = await relateIn(run, checked, now(), newId);
        const viewer = everybody(checked.scope.tenant);
        const [relation] = await relationsById(run, viewer, [id]);
        const [subject, object] = relation ? await entitiesFound(run, viewer, [relation.subject, relation.object]) : [];
        if (!relation || !subject || !object) {
          throw new HoldfastError('CONFLICT', 'The relation is not there after it was written. Nothing was kept.');
        }
        // Who says something is not told what only others may see.
        const seen = { ...checked.scope, everybody: checked.scope.user === '' && checked.scope.agent === '' };
        const contradicts = await relationsById(run, seen, relation.contradicts);
        return {
          relation: { ...relation, contradicts: contradicts.map((one) => one.id) },
          subject,
          object,
          contradicts,
        };
      });
    },

    entities: (viewer, { query, type, limit }) =>
      cypher.read(async (run) => await listed(run, viewer, query, type, limit)),

    async named(viewer, keys) {
      return await cypher.read(async (run) => {
        const rows = await run(
          `unwind $keys as key match (:Name {tenant: $tenant, key: key})-[:OF]->(n:Entity) return key, n.id as id`,
          { keys: [...new Set(keys)], tenant: viewer.tenant },
        );
        const found = new Map(rows.map((row) => [String(row['key']), String(row['id'])]));
        return await entitiesFound(
          run,
          viewer,
          keys.flatMap((key) => found.get(key) ?? []),
        );
      });
    },

    async neighbourhood(viewer, from, { depth, at, limit }) {
      return await cypher.read(async (run) => {
        const start =
          from.length > 0 ? await entitiesFound(run, viewer, from) : await listed(run, viewer, '', '', limit);
        const ids = start.map(({ id }) => id);
        const { entities, relations, truncated } = await walkAround(around(run, viewer, at), ids, depth, limit);
        return { entities: await entitiesFound(run, viewer, entities), relations, truncated };
      });
    },

    async path(viewer, from, to, maxLength): Promise<Subgraph> {
      return await cypher.read(async (run) => {
        const ends = await entitiesFound(run, viewer, [from, to]);
        if (ends.length < new Set([from, to]).size) return { entities: [], relations: [], truncated: false };
        const walk = await walkBetween(around(run, viewer, 0), from, to, maxLength);
        return { ...walk, entities: await entitiesFound(run, viewer, walk.entities) };
      });
    },

    async merge(tenant, into, from) {
      return await cypher.write(async (run) => {
        if (into !== from) await mergeIn(run, tenant, into, from);
        const [entity] = await entitiesFound(run, everybody(tenant), [into]);
        if (!entity) throw noEntity();
        return entity;
      });
    },

    async alias(tenant, entityId, names) {
      const checked = names.map(checkName);
      await cypher.write(async (run) => await aliasIn(run, tenant, entityId, checked));
    },

    async removeRelation(viewer, id) {
      return await cypher.write(async (run) => {
        await takeTurn(run, viewer.tenant);
        const seen = await relationsById(run, viewer, [id]);
        const gone = await removeIn(
          run,
          viewer.tenant,
          seen.map((one) => one.id),
          true,
        );
        return gone.relations === 1;
      });
    },

    eraseMemories: (tenant, memoryIds) =>
      cypher.write(async (run) => await eraseMemoriesIn(run, tenant, [...new Set(memoryIds)])),

    async eraseUser(tenant, user) {
      if (user === '') return { relations: 0, entities: 0 };
      return await cypher.write(async (run) => {
        await takeTurn(run, tenant);
        const rows = await run('match (r:Relation {tenant: $tenant, user: $user}) return r.id as id', { tenant, user });
        return await removeIn(
          run,
          tenant,
          rows.map((row) => String(row['id'])),
          true,
        );
      });
    },

    async count(tenant) {
      const [row] = await cypher.read((run) =>
        run(
          `return count { (:Entity {tenant: $tenant}) } as entities, count { (:Relation {tenant: $tenant}) } as relations`,
          { tenant },
        ),
      );
      return { entities: Number(row?.['entities']), relations: Number(row?.['relations']) };
    },

    relations: (viewer, after, limit) =>
      cypher.read((run) =>
        relationsFound(run, viewer, 'match (r:Relation) where r.id > $after', 'order by r.id limit toInteger($limit)', {
          after,
          limit: Math.max(0, limit),
        }),
      ),

    byId: (tenant, ids) => cypher.read((run) => entitiesFound(run, everybody(tenant), ids)),

    close: () => cypher.close(),
  };
}

function everybody(tenant: string): Viewer {
  return { tenant, user: '', agent: '', everybody: true };
}
