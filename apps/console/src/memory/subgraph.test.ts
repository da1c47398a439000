import { describe, expect, it } from 'vitest';

import type { Entity, Relation } from './queries.ts';
import { joined, lanesOf, narrowed } from './subgraph.ts';

const at = '2026-11-27T00:00:00.000Z';
const entity = (id: string, type: string | null): Entity => ({
  id,
  name: id,
  type,
  aliases: [],
  degree: 1,
  created_at: at,
});
const relation = (id: string, subject: string, predicate: string, object: string): Relation => ({
  id,
  subject,
  predicate,
  object,
  user: null,
  agent: null,
  valid_from: null,
  valid_until: null,
  confidence: 1,
  memory_ids: [],
  contradicts: [],
  created_at: at,
});
const graph = {
  entities: [
    entity('ada', 'person'),
    entity('acme', 'organisation'),
    entity('paris', 'place'),
    entity('lone', 'person'),
  ],
  relations: [relation('r1', 'ada', 'works at', 'acme'), relation('r2', 'acme', 'lies in', 'paris')],
};
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('what the graph is narrowed down to (ME-3)', () => {
  it('is all of it without bounds', () => {
    expect(narrowed(graph, { type: '', predicate: '' })).toEqual(graph);
  });

  it('is what touches a type, or has a predicate, with the other ends', () => {
    const people = narrowed(graph, { type: 'person', predicate: '' });
    expect([ids(people.entities), ids(people.relations)]).toEqual([['ada', 'acme', 'lone'], ['r1']]);
    const lies = narrowed(graph, { type: '', predicate: 'lies in' });
    expect([ids(lies.entities), ids(lies.relations)]).toEqual([['acme', 'paris'], ['r2']]);
    expect(narrowed(graph, { type: 'person', predicate: 'lies in' })).toEqual({ entities: [], relations: [] });
  });

  it('has a path and a neighbourhood once each', () => {
    const both = joined(graph, { entities: [entity('ada', 'person'), entity('bob', null)], relations: [] });
    expect(ids(both.entities)).toEqual(['ada', 'acme', 'paris', 'lone', 'bob']);
    expect(ids(joined(both, both).relations)).toEqual(['r1', 'r2']);
  });

  it('draws relations of the same two entities beside one another, whichever way they point', () => {
    const lanes = lanesOf([
      ...graph.relations,
      relation('r3', 'acme', 'employs', 'ada'),
      relation('r4', 'ada', 'left', 'acme'),
    ]);
    expect([...lanes]).toEqual([
      ['r1', 0],
      ['r2', 0],
      ['r3', 1],
      ['r4', 2],
    ]);
  });
});
