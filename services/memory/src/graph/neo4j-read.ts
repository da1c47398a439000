import { nameKey } from '@holdfast/text';

import type { Viewer } from '../record.ts';
import type { Entity, Relation } from './graph.ts';
import type { Run } from './neo4j-session.ts';

/** Whether the viewer of the parameters ({@link viewing}) sees the relation `r`. */
export const SEEN = seenAs('r');

/** Finds relations `r`, and returns them as {@link relationsFound} reads them. */
const RETURNED = `match (s:Entity)<-[:SUBJECT]-(r)-[:OBJECT]->(o:Entity)
  return r.id as id, r.user as user, r.agent as agent, s.id as subject, r.predicate as predicate, o.id as object,
    r.validFrom as validFrom, r.validUntil as validUntil, r.confidence as confidence, r.createdAt as createdAt,
    collect { match (r)-[:SAID_BY]->(m:Memory) return m.id order by m.id } as memoryIds,
    collect { match (r)-[:CONTRADICTS]->(x:Relation) where ${seenAs('x')} return x.id order by x.id } as contradicts`;

/** The parameters of {@link SEEN}. */
export function viewing({ tenant, user, agent, everybody }: Viewer) {
  return { tenant, user, agent, everybody };
}

/**
 * Relations that the viewer sees. @param match a match of `r` and what it has to fulfil, which ends in `where` and a
 * condition @param rest order and limit
 */
export async function relationsFound(
  run: Run,
  viewer: Viewer,
  match: string,
  rest: string,
  params: Readonly<Record<string, unknown>>,
): Promise<readonly Relation[]> {
  const rows = await run(`${match} and ${SEEN} with distinct r ${rest} ${RETURNED} ${rest.replace(/ limit .*/u, '')}`, {
    ...params,
    ...viewing(viewer),
  });
  return rows.map((row) => ({
    id: String(row['id']),
    scope: { tenant: viewer.tenant, user: String(row['user']), agent: String(row['agent']) },
    subject: String(row['subject']),
    predicate: String(row['predicate']),
    object: String(row['object']),
    validFrom: Number(row['validFrom']),
    validUntil: Number(row['validUntil']),
    confidence: Number(row['confidence']),
    memoryIds: textsOf(row['memoryIds']),
    contradicts: textsOf(row['contradicts']),
    createdAt: Number(row['createdAt']),
  }));
}

/** Relations of these ids that the viewer sees. */
export async function relationsById(run: Run, viewer: Viewer, ids: readonly string[]): Promise<readonly Relation[]> {
  return await relationsFound(run, viewer, 'match (r:Relation) where r.id in $ids', 'order by r.id', { ids });
}

/** Entities of these ids, in their order; those of which the viewer sees no relation are left out. */
export async function entitiesFound(run: Run, viewer: Viewer, ids: readonly string[]): Promise<Entity[]> {
  const distinct = [...new Set(ids)];
  const rows = await run(
    `unwind $ids as id match (n:Entity {tenant: $tenant, id: id})
      with n, count { match (n)<-[:SUBJECT|OBJECT]-(r:Relation) where ${SEEN} } as degree
      where $everybody or degree > 0
      return n.id as id, n.name as name, n.type as type, n.createdAt as createdAt, degree,
        collect { match (a:Name)-[:OF]->(n) return a.name order by a.key } as names`,
    { ids: distinct, ...viewing(viewer) },
  );
  const entities = new Map(
    rows.map((row): [string, Entity] => {
      const [id, name] = [String(row['id']), String(row['name'])];
      const key = nameKey(name);
      const entity = {
        id,
        name,
        type: String(row['type']),
        aliases: textsOf(row['names']).filter((alias) => nameKey(alias) !== key),
        degree: Number(row['degree']),
        createdAt: Number(row['createdAt']),
      };
      return [id, entity];
    }),
  );
  return distinct.flatMap((id) => entities.get(id) ?? []);
}

/** A list of texts, as the driver gives it. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function seenAs(relation: string): string {
  return `${relation}.tenant = $tenant and ($everybody or
    (${relation}.user in ['', $user] and ${relation}.agent in ['', $agent]))`;
}
