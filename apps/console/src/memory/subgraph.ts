import type { Entity, Relation } from './queries.ts';

/** Entities and the relations between them. */
export interface Subgraph {
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
}

/** What a graph is narrowed down to. Empty: no bound. */
export interface Narrowing {
  readonly type: string;
  readonly predicate: string;
}

/** Both in one, each entity and relation once. */
export function joined(a: Subgraph, b: Subgraph): Subgraph {
  return { entities: once([...a.entities, ...b.entities]), relations: once([...a.relations, ...b.relations]) };
}

/**
 * The relations of a predicate that touch an entity of a type, with their entities. Without bounds the entities that have no
 * relation here stay too.
 */
export function narrowed({ entities, relations }: Subgraph, { predicate, type }: Narrowing): Subgraph {
  if (type === '' && predicate === '') return { entities, relations };
  const fitting = new Set(entities.filter((one) => type === '' || one.type === type).map(({ id }) => id));
  const kept = relations.filter(
    (one) => (predicate === '' || one.predicate === predicate) && (fitting.has(one.subject) || fitting.has(one.object)),
  );
  const touched = new Set(kept.flatMap(({ object, subject }) => [subject, object]));
  return {
    entities: entities.filter(({ id }) => touched.has(id) || (predicate === '' && fitting.has(id))),
    relations: kept,
  };
}

/** Of relations between the same two entities the first has 0, the next 1 and so on, by their ids: each is drawn beside the others. */
export function lanesOf(relations: readonly Relation[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  return new Map(
    relations.map(({ id, object, subject }) => {
      const pair = JSON.stringify(subject < object ? [subject, object] : [object, subject]);
      const lane = counts.get(pair) ?? 0;
      counts.set(pair, lane + 1);
      return [id, lane];
    }),
  );
}

function once<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
