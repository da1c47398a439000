import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { embeddedVectors } from '../../../services/memory/src/vectors/embedded.ts';
import { clustered, everybodyOf } from '../../../services/memory/src/vectors/testing.ts';
import type { VectorIndex, VectorSource } from '../../../services/memory/src/vectors/vectors.ts';
import type { FigureGroup } from '../groups.ts';
import { type Figure, percentile } from '../report.ts';
import { timed } from '../rounds.ts';

const DIMENSIONS = 384;
const QUERIES = 200;
const BATCH = 1000;
const MEMORIES = 100_000;
const RAW_BYTES = DIMENSIONS * 4;

/** Vectors in one piece, in the place of the database: what is measured is the index. */
interface Corpus extends VectorSource {
  readonly size: number;
  readonly vector: (seq: number) => Float32Array;
  readonly queries: readonly Float32Array[];
}

function corpusOf(size: number): Corpus {
  const next = clustered(size, DIMENSIONS, Math.max(20, size / 200));
  const all = new Float32Array(size * DIMENSIONS);
  for (let at = 0; at < size; at += 1) all.set(next(), at * DIMENSIONS);
  const vector = (seq: number) => all.subarray((seq - 1) * DIMENSIONS, seq * DIMENSIONS);
  const entry = (seq: number) => ({ seq, tenant: 'acme', user: '', agent: '', vector: vector(seq) });
  return {
    size,
    vector,
    queries: Array.from({ length: QUERIES }, next),
    read: async (after, limit) =>
      Array.from({ length: Math.max(0, Math.min(limit, size - after)) }, (_, at) => entry(after + at + 1)),
    get: async (seqs) => seqs.map(entry),
    count: async () => size,
  };
}

/** The ten nearest, by looking at all: what the index is compared with. */
function exact({ size, vector }: Corpus, query: Float32Array): number[] {
  const best: { seq: number; score: number }[] = [];
  let least = -2;
  for (let seq = 1; seq <= size; seq += 1) {
    const other = vector(seq);
    let score = 0;
    for (let at = 0; at < DIMENSIONS; at += 1) score += (other[at] ?? 0) * (query[at] ?? 0);
    if (score <= least && best.length === 10) continue;
    best.push({ seq, score });
    best.sort((a, b) => b.score - a.score);
    best.length = Math.min(best.length, 10);
    least = best.at(-1)?.score ?? -2;
  }
  return best.map(({ seq }) => seq);
}

async function settled(index: VectorIndex): Promise<void> {
  while (index.state().building !== undefined) await sleep(20);
}

async function searches(
  index: VectorIndex,
  corpus: Corpus,
): Promise<{ times: number[]; recall: number; exactMs: number }> {
  const viewer = everybodyOf('acme');
  for (const query of corpus.queries.slice(0, 20)) await index.search(viewer, query, 10);
  const times: number[] = [];
  const exactTimes: number[] = [];
  let hits = 0;
  for (const [n, query] of corpus.queries.entries()) {
    let found: readonly { seq: number }[] = [];
    times.push(await timed(async () => void (found = await index.search(viewer, query, 10))));
    if (n >= 50 && corpus.size > MEMORIES) continue;
    let truth: number[] = [];
    exactTimes.push(await timed(async () => void (truth = exact(corpus, query))));
    hits += found.filter(({ seq }) => truth.includes(seq)).length;
  }
  return { times, recall: hits / (exactTimes.length * 10), exactMs: percentile(exactTimes, 50) };
}

/** The embedded index of dense vectors at one size: how right, how fast, how large. */
async function measure(size: number, budgets: boolean): Promise<readonly Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-bench-vectors-'));
  const corpus = corpusOf(size);
  try {
    const empty = { ...corpus, count: async () => 0 };
    const first = await embeddedVectors(dir).open('bench', DIMENSIONS, empty);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const putMs = await timed(async () => {
      for (let after = 0; after < size; after += BATCH) await first.put(await corpus.read(after, BATCH));
    });
    const growMs = putMs + (await timed(() => settled(first)));
    const flushMs = await timed(() => first.flush(1));
    await first.close();
    globalThis.gc?.();
    const closed = process.memoryUsage.rss();
    let index!: VectorIndex;
    const openMs = await timed(async () => {
      index = await embeddedVectors(dir).open('bench', DIMENSIONS, corpus);
    });
    const { times, recall, exactMs } = await searches(index, corpus);
    globalThis.gc?.();
    const grown = process.memoryUsage.rss() - Math.min(before, closed);
    await index.close();
    const named = (what: string) => `${size.toLocaleString('en')} memories: ${what}`;
    const budget = (most: number) => (budgets ? { budget: most } : {});
    const p50 = percentile(times, 50);
    return [
      { name: named('a search (median)'), value: p50, unit: 'ms' },
      { name: named('a search (95th percentile)'), value: percentile(times, 95), unit: 'ms' },
      { name: named('looking at all vectors (median)'), value: exactMs, unit: 'ms' },
      { name: named('a search, times looking at all'), value: p50 / exactMs, unit: '' },
      { name: named('of the 10 nearest not found'), value: 1 - recall, unit: '', ...budget(0.01) },
      { name: named('memory, times the vectors'), value: grown / (size * RAW_BYTES), unit: '', ...budget(2) },
      { name: named('opening'), value: openMs, unit: 'ms', ...budget(2000) },
      { name: named('writing the files'), value: flushMs, unit: 'ms' },
      { name: named('put, thousands a second'), value: size / putMs, unit: '/ms' },
      { name: named('put until the graph is there, thousands a second'), value: size / growMs, unit: '/ms' },
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The index at the size that the budgets are for. */
export const vectors: FigureGroup = {
  name: 'vectors',
  whyNot: async () => undefined,
  measure: () => measure(MEMORIES, true),
};

/** How the cost of a search grows. */
export const growth: FigureGroup = {
  name: 'growth',
  whyNot: async () => undefined,
  async measure() {
    return await measure(10_000, false);
  },
};
