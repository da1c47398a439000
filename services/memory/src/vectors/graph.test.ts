import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { settled } from './conformance.ts';
import { embeddedVectors } from './embedded.ts';
import { clustered, everybodyOf, exactly, randomOf, type TestSource, testSource } from './testing.ts';
import type { VectorIndex, VectorIndexes } from './vectors.ts';

const DIMENSIONS = 32;
const COUNT = 6000;

describe('ME-2 the graph of a large tenant', { timeout: 120_000 }, () => {
  let folder!: string;
  let indexes!: VectorIndexes;
  let index!: VectorIndex;
  let source!: TestSource;
  const vector = clustered(41, DIMENSIONS, 30);
  const random = randomOf(42);
  const user = () => `user-${Math.floor(random() * 3)}`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
    source = testSource(
      Array.from({ length: COUNT }, (_, at) => ({
        seq: at + 1,
        tenant: 'acme',
        user: user(),
        agent: '',
        vector: vector(),
      })),
    );
    indexes = embeddedVectors(folder, { graphFrom: 1000 });
    index = await indexes.open('e', DIMENSIONS, source);
    await settled(index);
  });
  afterEach(async () => {
    await indexes.close();
    await rm(folder, { recursive: true });
  });

  /** How many of the ten nearest are found, on the average of 50 questions. */
  async function recall(of: (n: number) => { user: string; everybody: boolean }): Promise<number> {
    let hits = 0;
    for (let n = 0; n < 50; n += 1) {
      const viewer = { ...everybodyOf('acme'), ...of(n) };
      const query = vector();
      const exact = new Set(exactly(source.vectors.values(), viewer, query, 10));
      const found = await index.search(viewer, query, 10);
      expect(found).toHaveLength(10);
      hits += found.filter(({ seq }) => exact.has(seq)).length;
    }
    return hits / 500;
  }

  it('finds what an exact search finds, for all of a tenant and for one user', async () => {
    expect(await recall(() => ({ user: '', everybody: true }))).toBeGreaterThanOrEqual(0.99);
    expect(await recall((n) => ({ user: `user-${n % 3}`, everybody: false }))).toBeGreaterThanOrEqual(0.99);
  });

  it('knows what was put, changed and removed since, at once and after it has worn out', async () => {
    for (let round = 0; round < 5; round += 1) {
      const changed = Array.from({ length: 1000 }, () => ({
        seq: 1 + Math.floor(random() * COUNT),
        tenant: 'acme',
        user: user(),
        agent: '',
        vector: vector(),
      }));
      for (const entry of changed) source.vectors.set(entry.seq, entry);
      await index.put(changed);
      const gone = Array.from({ length: 300 }, () => 1 + Math.floor(random() * COUNT));
      for (const seq of gone) source.vectors.delete(seq);
      await index.remove('acme', gone);
      expect(await recall(() => ({ user: '', everybody: true }))).toBeGreaterThanOrEqual(0.98);
    }
    await settled(index);
    expect(await recall((n) => ({ user: `user-${n % 3}`, everybody: false }))).toBeGreaterThanOrEqual(0.98);
    expect(await index.seqs(0, COUNT)).toEqual([...source.vectors.keys()].toSorted((a, b) => a - b));
    await index.flush(1);
    await indexes.close();
    indexes = embeddedVectors(folder, { graphFrom: 1000 });
    index = await indexes.open('e', DIMENSIONS, source);
    expect(index.state()).toEqual({ size: source.vectors.size, mended: [] });
    expect(await recall(() => ({ user: '', everybody: true }))).toBeGreaterThanOrEqual(0.98);
  });
});
