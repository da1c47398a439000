import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Graph } from '../graph/graph.ts';
import { callerOf, entityOf, relationOf, scopeOf, viewerOf } from '../wire.ts';

type Calls = Pick<
  MemoryApi,
  'relate' | 'listEntities' | 'getNeighbourhood' | 'findPath' | 'mergeEntities' | 'removeRelation'
>;

const MOST = { entities: 500, depth: 3, length: 6 };

/** Entities and relations. */
export function semanticApi({ graph }: { readonly graph: Graph }): Calls {
  return {
    async relate(request) {
      const caller = callerOf(request.caller);
      const made = await graph.relate({
        scope: scopeOf(caller, request.scope),
        subject: { name: request.subject, type: request.subjectType },
        predicate: request.predicate,
        object: { name: request.object, type: request.objectType },
        validFrom: request.validFrom,
        validUntil: request.validUntil,
        confidence: request.confidence,
        memoryIds: request.memoryIds,
        exclusive: request.exclusive,
      });
      return create(memorypb.RelateResponseSchema, {
        relation: relationOf(made.relation),
        subject: entityOf(made.subject),
        object: entityOf(made.object),
        contradicts: made.contradicts.map(relationOf),
      });
    },

    async listEntities(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const limit = Math.min(request.limit || 50, MOST.entities);
      const entities = await graph.entities(viewer, { query: request.query, type: request.type, limit });
      return create(memorypb.ListEntitiesResponseSchema, { entities: entities.map(entityOf) });
    },

    async getNeighbourhood(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const found = await graph.neighbourhood(viewer, request.entityId === '' ? [] : [request.entityId], {
        depth: Math.min(request.depth || 1, MOST.depth),
        at: request.at,
        limit: Math.min(request.limit || 100, MOST.entities),
      });
      return create(memorypb.GetNeighbourhoodResponseSchema, {
        entities: found.entities.map(entityOf),
        relations: found.relations.map(relationOf),
        truncated: found.truncated,
      });
    },

    async findPath(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const length = Math.min(request.maxLength || MOST.length, MOST.length);
      const path = await graph.path(viewer, request.from, request.to, length);
      return create(memorypb.FindPathResponseSchema, {
        entities: path.entities.map(entityOf),
        relations: path.relations.map(relationOf),
      });
    },

    async mergeEntities(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      // Both are seen by who merges them: others' entities are not theirs to rename.
      const seen = await graph.neighbourhood(viewer, [request.into, request.from], { depth: 1, at: 0, limit: 500 });
      const ids = new Set(seen.entities.map(({ id }) => id));
      if (!ids.has(request.into) || !ids.has(request.from)) {
        throw new HoldfastError('NOT_FOUND', 'One of these entities is not here. Nothing was merged.');
      }
      const entity = await graph.merge(viewer.tenant, request.into, request.from);
      return create(memorypb.MergeEntitiesResponseSchema, { entity: entityOf(entity) });
    },

    async removeRelation(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const removed = await graph.removeRelation(viewer, request.id);
      return create(memorypb.RemoveRelationResponseSchema, { removed });
    },
  };
}
