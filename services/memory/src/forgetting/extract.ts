import { estimateTokens, fold, sentencesOf } from '@holdfast/text';

import { centroid, cosine, type TermVector, termVectors } from './term-vector.ts';

interface Candidate {
  readonly text: string;
  readonly vector: TermVector;
  /** Its place among all. */
  readonly at: number;
  readonly score: number;
  /** How much of it the chosen ones say: its likeness to the most alike. */
  said: number;
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
  const left: Candidate[] = sentences.map((text, at) => {
    const vector = vectors[at] ?? new Map<string, number>();
    return { text, vector, at, said: 0, score: cosine(vector, middle) + (TELLING.test(text) ? TELLING_BONUS : 0) };
  });
  const chosen: Candidate[] = [];
  let tokens = 0;
  while (left.length > 0) {
    const best = bestOf(left);
    if (!best) break;
    left.splice(left.indexOf(best), 1);
    const more = estimateTokens(best.text) + 1;
    if (tokens + more > maxTokens) {
      if (chosen.length > 0) continue;
      return cutTo(best.text, maxTokens);
    }
    tokens += more;
    chosen.push(best);
    for (const other of left) other.said = Math.max(other.said, cosine(best.vector, other.vector));
  }
  return chosen
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join('\n');
}

function bestOf(left: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  let most = -Infinity;
  for (const candidate of left) {
    const gain = candidate.said > SAME ? -Infinity : candidate.score - REPETITION * candidate.said;
    if (gain > most) {
      best = candidate;
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
