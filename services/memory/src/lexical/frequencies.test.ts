import { expect, it } from 'vitest';

import { createFrequencies } from './frequencies.ts';

it('ME-2 remembers frequencies until enough was written, and never that a term is nowhere', async () => {
  const asked: string[][] = [];
  const having = new Map([['a', 7]]);
  let documents = 100;
  const frequencies = createFrequencies({
    sizes: async () => ({ documents, averageLength: 3 }),
    having: async (_tenant, terms) => {
      asked.push([...terms]);
      return new Map([...having].filter(([term]) => terms.includes(term)));
    },
  });
  const of = async (...terms: string[]) => [...(await frequencies.of('t', terms)).having.values()];
  expect(await of('a', 'b')).toEqual([7, 0]);
  expect(await of('a', 'b')).toEqual([7, 0]);
  having.set('b', 2).set('a', 8);
  expect(await of('a', 'b')).toEqual([7, 2]);
  expect(await of('a', 'b')).toEqual([7, 2]);
  expect(asked).toEqual([['a', 'b'], ['b'], ['b']]);
  documents = 106;
  for (let n = 0; n < 6; n++) frequencies.wrote();
  expect(await of('a', 'b')).toEqual([8, 2]);
  expect((await frequencies.of('t', [])).documents).toBe(106);
});

it('ME-2 asks again after many searches, since others write too', async () => {
  let documents = 1000;
  const frequencies = createFrequencies({
    sizes: async () => ({ documents, averageLength: 1 }),
    having: async () => new Map(),
  });
  await frequencies.of('t', []);
  documents = 5000;
  for (let n = 0; n < 500; n++) await frequencies.of('t', []);
  expect((await frequencies.of('t', [])).documents).toBe(5000);
});
