import { HoldfastError } from '@holdfast/protocol';

import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';
import { bestOf } from './embedded/scan.ts';
import { dot, sees, unit } from './input.ts';
import type { VectorSource } from './vectors.ts';

/** A seeded generator of numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Vectors of unit length that lie in clusters, as those of texts do: a topic of so many, and what is special beside it. */
export function clustered(seed: number, dimensions: number, clusters: number, spread = 0.7): () => Float32Array {
  const random = randomOf(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, gauss));
  return () => {
    const centre = centres[Math.floor(random() * clusters)] ?? new Float32Array(dimensions);
    return unit(centre.map((part) => part + spread * gauss()));
  };
}

/** Vectors that a test can change, in the place of the database's table. */
export interface TestSource extends VectorSource {
  readonly vectors: Map<number, StoredVector>;
  /** While true, the database is away. */
  isAway: boolean;
}

/** A source that holds its vectors in memory. */
export function testSource(entries: readonly StoredVector[] = []): TestSource {
  const vectors = new Map(entries.map((entry) => [entry.seq, entry]));
  const ask = () => {
    if (source.isAway) throw new HoldfastError('STORAGE_UNAVAILABLE', 'The database is away, as the test wants it.');
    return [...vectors.values()].toSorted((a, b) => a.seq - b.seq);
  };
  const source: TestSource = {
    vectors,
    isAway: false,
    read: async (after, limit) =>
      ask()
        .filter(({ seq }) => seq > after)
        .slice(0, limit),
    get: async (seqs) => {
      ask();
      return seqs.flatMap((seq) => vectors.get(seq) ?? []);
    },
    count: async () => ask().length,
  };
  return source;
}

/** What an exact search finds. */
export function exactly(entries: Iterable<StoredVector>, viewer: Viewer, query: Float32Array, limit: number): number[] {
  const seen = [...entries].filter((entry) => sees(viewer, entry));
  return bestOf(
    seen.map(({ seq, vector }) => ({ seq, score: dot(vector, query) })),
    limit,
  ).map(({ seq }) => seq);
}

/** Whoever sees all of a tenant. */
export function everybodyOf(tenant: string): Viewer {
  return { tenant, user: '', agent: '', everybody: true };
}
