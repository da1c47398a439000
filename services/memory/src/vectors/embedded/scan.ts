import type { Scored } from '../../lexical/lexical.ts';
import type { Viewer } from '../../record.ts';
import { dot, sees } from '../input.ts';
import type { VectorSource } from '../vectors.ts';

const PAGE = 1000;

/** Looks at every vector of the source: what is answered while an index is being made. */
export async function scanSource(
  source: VectorSource,
  viewer: Viewer,
  query: Float32Array,
  limit: number,
  signal?: AbortSignal,
): Promise<readonly Scored[]> {
  let best: Scored[] = [];
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const page = await source.read(after, PAGE);
    const seen = page.filter((entry) => sees(viewer, entry));
    best = bestOf([...best, ...seen.map(({ seq, vector }) => ({ seq, score: dot(vector, query) }))], limit);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return best;
    after = last.seq;
  }
}

/** The highest scores first; the older memory first where they are alike. */
export function bestOf(scored: readonly Scored[], limit: number): Scored[] {
  return scored.toSorted((a, b) => b.score - a.score || a.seq - b.seq).slice(0, limit);
}
