import { analyse } from '@holdfast/text';

import type { Entity, Graph, Relation } from '../graph/graph.ts';
import type { Viewer } from '../record.ts';
import type { Query } from './query.ts';

/** A memory that relations lead to. */
export interface Reached {
  readonly id: string;
  readonly score: number;
  /** Names and predicates in turn: from what the question names to what the memory speaks of. */
  readonly path: readonly string[];
}

const HOPS = 2;
const MOST_NAMED = 8;
const MOST_ENTITIES = 80;
/** What a relation counts that is one step further away. */
const PER_HOP = 0.5;
/** What each word of the question counts that a relation has beside the name by which it was found. */
const PER_WORD = 1;

/**
 * Follows relations from what the question names, up to two steps. A relation counts the more, the more of the question
 * it has, the nearer it is, and the fewer relations its start has: somebody of whom everything is known proves nothing.
 */
export async function expand(graph: Graph, viewer: Viewer, query: Query, limit: number): Promise<readonly Reached[]> {
  if (query.names.length === 0) return [];
  const named = (await graph.named(viewer, query.names)).slice(0, MOST_NAMED);
  if (named.length === 0) return [];
  const around = await graph.neighbourhood(
    viewer,
    named.map(({ id }) => id),
    { depth: HOPS, at: 0, limit: MOST_ENTITIES },
  );
  return reach(named, around.entities, around.relations, query.terms).slice(0, limit);
}

interface Place {
  readonly hop: number;
  readonly path: readonly string[];
  /** Of the entity that it began at. */
  readonly weight: number;
}

/** Scores the memories of relations; best first. */
export function reach(
  named: readonly Entity[],
  entities: readonly Entity[],
  relations: readonly Relation[],
  terms: readonly string[],
): Reached[] {
  const names = new Map([...entities, ...named].map(({ id, name }) => [id, name]));
  const asked = new Set(terms);
  const given = new Set(named.flatMap(({ name, aliases }) => [name, ...aliases]).flatMap(analyse));
  const places = new Map<string, Place>(
    named.map(({ id, name, degree }) => [id, { hop: 0, path: [name], weight: 1 / Math.log2(2 + degree) }]),
  );
  const reached = new Map<string, Reached>();
  const left = new Set(relations);
  for (let hop = 0; hop < HOPS; hop += 1) {
    const next = new Map<string, Place>();
    for (const relation of [...left].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const from = [relation.subject, relation.object].find((id) => places.get(id)?.hop === hop);
      const place = from === undefined ? undefined : places.get(from);
      if (from === undefined || place === undefined) continue;
      left.delete(relation);
      const to = from === relation.subject ? relation.object : relation.subject;
      const path = [...place.path, relation.predicate, names.get(to) ?? to];
      const words = new Set(analyse(`${relation.predicate} ${names.get(to) ?? ''}`));
      const shared = [...words].filter((word) => asked.has(word) && !given.has(word)).length;
      const both = places.get(to)?.hop === 0 ? 1 : 0;
      const score = place.weight * PER_HOP ** hop * (0.25 + PER_WORD * (shared + both)) * relation.confidence;
      for (const id of relation.memoryIds) {
        const there = reached.get(id);
        if (there === undefined || there.score < score) reached.set(id, { id, score, path });
      }
      if (!places.has(to) && !next.has(to)) next.set(to, { hop: hop + 1, path, weight: place.weight });
    }
    for (const [id, place] of next) places.set(id, place);
  }
  return [...reached.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
