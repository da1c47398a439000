import { describe, expect, it } from 'vitest';

import type { Entity, Relation } from '../graph/graph.ts';
import { ALICE } from '../records/testing.ts';
import { reach } from './expand.ts';

const entity = (name: string, degree: number): Entity => {
  return { id: name, name, type: '', aliases: [], degree, createdAt: 0 };
};
const relation = (subject: string, predicate: string, object: string, memory: string): Relation => ({
  id: `${subject}-${predicate}-${object}`,
  scope: ALICE,
  subject,
  predicate,
  object,
  validFrom: 0,
  validUntil: 0,
  confidence: 1,
  memoryIds: [memory],
  contradicts: [],
  createdAt: 0,
});

describe('ME-2 expansion through relations', () => {
  const nora = entity('Nora', 3);
  const all = [nora, entity('Felix', 2), entity('Lisbon', 1), entity('Mia', 1)];
  const relations = [
    relation('Nora', 'married to', 'Felix', 'm1'),
    relation('Felix', 'lives in', 'Lisbon', 'm2'),
    relation('Nora', 'mother of', 'Mia', 'm3'),
    relation('Lisbon', 'lies in', 'Portugal', 'm4'),
  ];

  it('reaches two steps, with the path, and not three', () => {
    const reached = reach([nora], all, relations, ['nora', 'husband', 'live']);
    expect(reached.find(({ id }) => id === 'm2')?.path).toEqual(['Nora', 'married to', 'Felix', 'lives in', 'Lisbon']);
    expect(reached.map(({ id }) => id)).not.toContain('m4');
  });

  it('puts first what has more of the question than the name', () => {
    expect(reach([nora], all, relations, ['nora', 'marri'])[0]?.id).toBe('m1');
    expect(reach([nora], all, relations, ['nora', 'mother'])[0]?.id).toBe('m3');
  });

  it('counts a relation for more where both of its ends are named', () => {
    const [, felix] = all;
    const [first, second] = reach([nora, felix ?? nora], all, relations, []);
    expect(first?.id).toBe('m1');
    expect(first?.score).toBeGreaterThan(second?.score ?? 0);
  });

  it('bears circles and relations of something with itself', () => {
    const circle = [relation('Nora', 'knows', 'Nora', 'm1'), relation('Felix', 'knows', 'Nora', 'm2')];
    expect(reach([nora], all, circle, []).map(({ id }) => id)).toEqual(['m1', 'm2']);
  });
});
