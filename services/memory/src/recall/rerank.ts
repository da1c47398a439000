import type { Reranker } from '@holdfast/models';

import type { Candidate } from './candidates.ts';
import type { RecallConfig } from './config.ts';
import { asked, type Missing } from './limits.ts';

/** A candidate with its place before the cross-encoder, and what that said. */
export interface Ordered {
  readonly candidate: Candidate;
  readonly score: number;
  /** From 1. 0: the cross-encoder has not read it. */
  readonly rankBefore: number;
  readonly reranked: { readonly score: number; readonly rank: number } | undefined;
}

/** The order after the cross-encoder, or where it is missing that before. */
export interface Reordered {
  readonly ordered: readonly Ordered[];
  readonly missing: Missing | undefined;
  readonly tookMs: number;
}

/**
 * Lets a cross-encoder read the first candidates. Its score and that of the fusion are mixed: it reads meaning, and the
 * fusion knows of neighbours, speakers and time, which are not in the text.
 */
export async function reorder(
  reranker: Reranker | undefined,
  config: RecallConfig,
  query: string,
  candidates: readonly Candidate[],
  textOf: (candidate: Candidate) => string,
  bounds: { readonly signal: AbortSignal | undefined; readonly monotonic: () => number },
): Promise<Reordered> {
  const top = reranker === undefined ? [] : candidates.slice(0, config.rerank_top);
  const before = candidates.map(
    (candidate, at): Ordered => ({ candidate, score: candidate.score, rankBefore: at + 1, reranked: undefined }),
  );
  if (reranker === undefined || top.length < 2) return { ordered: before, missing: undefined, tookMs: 0 };
  const answer = await asked('rerank', { timeoutMs: config.rerank_timeout_ms, ...bounds }, (signal) =>
    reranker.rerank(query, top.map(textOf), signal),
  );
  const scores = answer.result;
  if (scores === undefined) return { ordered: before, missing: answer.missing, tookMs: answer.tookMs };
  const ranks = new Map(
    [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).map((at, n) => [at, n + 1]),
  );
  const best = candidates[0]?.score ?? 0;
  const share = config.rerank_share;
  const ordered = before.map((one, at): Ordered => {
    const fused = (1 - share) * (best > 0 ? one.score / best : 0);
    const score = scores[at];
    if (score === undefined) return { ...one, score: fused, rankBefore: 0 };
    const weighed = share * score * one.candidate.retentionWeight;
    return { ...one, score: weighed + fused, reranked: { score, rank: ranks.get(at) ?? 0 } };
  });
  return { ordered: ordered.sort((a, b) => b.score - a.score), missing: undefined, tookMs: answer.tookMs };
}
