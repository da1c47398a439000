import { describe, expect, it } from 'vitest';

import { type Held, planOf, STEP } from './plan.ts';
import { steadyRandom } from './testing.ts';

const chunks = (hashes: readonly string[]) => hashes.map((hash) => ({ hash }));
let seq = 0;

/** Carries a plan out. */
function applied(held: readonly Held[], hashes: readonly string[]): Held[] {
  const plan = planOf(held, chunks(hashes));
  const added = plan.added.map(({ chunk, position }) => ({ id: String(++seq), seq, hash: chunk.hash, position }));
  const taken = new Set(held.map(({ position }) => position));
  for (const { position } of added) expect(taken.has(position)).toBe(false);
  return [...plan.kept, ...added].sort((a, b) => a.position - b.position);
}

describe('ME-1 planning what changes of a document', () => {
  it('leads to the new chunks in order, from any state', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = steadyRandom(seed);
      let hashes: string[] = [];
      let held: Held[] = [];
      for (let round = 0; round < 12; round++) {
        for (let edits = random(6); edits >= 0; edits--) {
          const at = random(hashes.length + 1);
          // Few different ones, so that some are equal.
          if (random(3) > 0)
            hashes = hashes.toSpliced(at, 0, ...Array.from({ length: random(4) }, () => `h${random(40)}`));
          else hashes = hashes.toSpliced(at, random(4));
          if (random(10) === 0) hashes = hashes.toReversed();
        }
        held = applied(held, hashes);
        expect(held.map(({ hash }) => hash)).toEqual(hashes);
        expect(new Set(held.map(({ position }) => position)).size).toBe(hashes.length);
      }
    }
  });

  it('goes on from what an interrupted one left', () => {
    const held = applied([], ['a', 'b', 'c', 'd']);
    const wanted = ['a', 'x', 'y', 'd', 'z'];
    const plan = planOf(held, chunks(wanted));
    const half = plan.added
      .slice(0, 2)
      .map(({ chunk, position }) => ({ id: chunk.hash, seq: ++seq, hash: chunk.hash, position }));
    const rest = planOf([...held, ...half], chunks(wanted));
    expect(rest.added.map(({ chunk }) => chunk.hash)).toEqual(['z']);
    expect(rest.removed.map(({ hash }) => hash)).toEqual(['b', 'c']);
  });

  it('touches nothing but what is inserted', () => {
    const held = applied([], ['a', 'b', 'c']);
    expect(held.map(({ position }) => position)).toEqual([STEP, 2 * STEP, 3 * STEP]);
    const plan = planOf(held, chunks(['a', 'new', 'b', 'c']));
    expect(plan.added).toEqual([{ chunk: { hash: 'new' }, position: 1.5 * STEP }]);
    expect(plan.removed).toEqual([]);
  });

  it('writes the next one anew where a gap is full', () => {
    let held = applied([], ['a', 'b', 'c']);
    let hashes = ['a', 'b', 'c'];
    for (let n = 0; n < 40; n++) {
      hashes = ['a', `n${n}`, ...hashes.slice(1)];
      held = applied(held, hashes);
      expect(held.map(({ hash }) => hash)).toEqual(hashes);
    }
  });
});
