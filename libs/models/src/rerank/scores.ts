import { malformed } from '../endpoint/endpoint.ts';

/** One entry of an answer: the place of the text in the request, and its score. */
export interface Ranked {
  readonly index: number;
  readonly score: number;
}

/** The logistic function: a logit as something from 0 to 1. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * The scores of an answer, in the order of the texts.
 *
 * Servers promise 0 to 1, and some send logits: where a single score lies outside, all of the answer are taken for logits.
 *
 * @throws HoldfastError MODEL_MALFORMED where a text has no score, or two.
 */
export function scoresOf(name: string, ranked: readonly Ranked[], count: number): number[] {
  if (ranked.length !== count) throw malformed(name, `the server sent ${ranked.length} scores for ${count} texts`);
  const scores: number[] = [];
  for (const { index, score } of ranked) {
    if (index >= count || scores[index] !== undefined)
      throw malformed(name, `the server sent the index ${index} wrongly`);
    scores[index] = score;
  }
  return scores.some((score) => score < 0 || score > 1) ? scores.map(sigmoid) : scores;
}
