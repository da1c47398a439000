import { estimateTokens, fold, sentencesOf } from '@holdfast/text';

import { centroid, cosine, type TermVector, termVectors } from './term-vector.ts';

interface Sentence {
  readonly text: string;
  readonly vector: TermVector;
  readonly score: number;
}

/** Numbers, dates and names are what a summary must not lose. */
const TELLING = /\d|\p{Lu}\p{Ll}+|[「」『』《》“”]/u;
const TELLING_BONUS = 0.15;
/** How much a sentence loses by saying again what is said already. */
const REPETITION = 0.7;
/** What is nearly the same is left out altogether. */
const SAME = 0.85;
const MOST_SENTENCES = 1000;

/**
 * A summary of texts in their own words, for where no model writes one: the sentences that say most of what all say
 * together, each of which adds something, in the order in which they stood (centroid-based choice with maximal marginal
 * relevance, Carbonell and Goldstein 1998).
 *
 * @param maxTokens estimated; at least one sentence is given, cut where it is longer
 */
export function extractSummary(texts: readonly string[], maxTokens: number): string {
  const sentences = distinct(texts.flatMap(sentencesOf)).slice(0, MOST_SENTENCES);
  const vectors = termVectors(sentences);
  const middle = centroid(vectors);
  const left = sentences.map((text, at): Sentence & { readonly at: number } => {
    const vector = vectors[at] ?? new Map<string, number>();
    return { text, vector, at, score: cosine(vector, middle) + (TELLING.test(text) ? TELLING_BONUS : 0) };
  });
  const chosen: (Sentence & { readonly at: number })[] = [];
  let tokens = 0;
  while (left.length > 0) {
    const best = bestOf(left, chosen);
    if (!best) break;
    left.splice(left.indexOf(best), 1);
    const more = estimateTokens(best.text) + 1;
    if (tokens + more > maxTokens) {
      if (chosen.length > 0) continue;
      return cutTo(best.text, maxTokens);
    }
    tokens += more;
    chosen.push(best);
  }
  return chosen
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join('\n');
}

function bestOf<S extends Sentence>(left: readonly S[], chosen: readonly S[]): S | undefined {
  let best: S | undefined;
  let most = -Infinity;
  for (const sentence of left) {
    const said = Math.max(0, ...chosen.map(({ vector }) => cosine(vector, sentence.vector)));
    const gain = said > SAME ? -Infinity : sentence.score - REPETITION * said;
    if (gain > most) {
      best = sentence;
      most = gain;
    }
  }
  return best;
}

function distinct(sentences: readonly string[]): string[] {
  const known = new Set<string>();
  return sentences
    .map((sentence) => sentence.trim())
    .filter((sentence) => {
      const key = fold(sentence);
      if (sentence === '' || known.has(key)) return false;
      known.add(key);
      return true;
    });
}

function cutTo(text: string, maxTokens: number): string {
  let end = text.length;
  while (end > 1 && estimateTokens(text.slice(0, end)) > maxTokens) end = Math.floor(end * 0.8);
  return `${text.slice(0, end).replace(/[\ud800-\udbff]$/u, '')}…`;
}
