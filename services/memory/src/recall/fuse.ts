import type { Scored } from '../lexical/lexical.ts';

/** What is fused; the graph names memories by relations, the others by words and vectors. */
export type SourceName = 'bm25' | 'dense' | 'graph';

/** What one source found, best first. */
export interface Found {
  readonly source: SourceName;
  readonly weight: number;
  readonly scored: readonly Scored[];
}

/** What a source said of a memory. */
export interface SourceScore {
  readonly source: SourceName | 'rerank';
  /** As the source measures. */
  readonly score: number;
  /** From 1. */
  readonly rank: number;
}

/** A memory that at least one source found. */
export interface Fused {
  readonly seq: number;
  /** 0 to 1: 1 where it is the best of every source. */
  readonly score: number;
  readonly sources: readonly SourceScore[];
}

/**
 * One order of several: the weighted mean of scores that are brought to 0 to 1. BM25 and graph scores begin at nothing
 * and are divided by the best. Cosines of any two texts are far from nothing, so theirs begin at the last candidate.
 * (Linear combination of normalised scores: Bruch, Gai and Ingber, 2023; reciprocal ranks did worse, docs/recall.md.)
 */
export function fuse(found: readonly Found[]): Fused[] {
  const asked = found.filter(({ weight, scored }) => weight > 0 && scored.length > 0);
  const whole = asked.reduce((sum, { weight }) => sum + weight, 0);
  const fused = new Map<number, { score: number; sources: SourceScore[] }>();
  for (const { source, weight, scored } of asked) {
    const best = scored[0]?.score ?? 0;
    const floor = source === 'dense' ? Math.min(best, scored.at(-1)?.score ?? 0) : 0;
    for (const [at, { seq, score }] of scored.entries()) {
      const there = fused.get(seq) ?? { score: 0, sources: [] };
      const unit = best > floor ? Math.max(0, (score - floor) / (best - floor)) : 1;
      there.score += (weight * unit) / whole;
      there.sources.push({ source, score, rank: at + 1 });
      fused.set(seq, there);
    }
  }
  return [...fused].map(([seq, one]) => ({ seq, ...one })).sort((a, b) => b.score - a.score || b.seq - a.seq);
}
