import { analyse } from '@holdfast/text';

/** The terms of a text with their weights, of unit length. */
export type TermVector = ReadonlyMap<string, number>;

/**
 * Of several texts: terms that most of them have tell little of each.
 *
 * @param onlyShared leaves out what a single text has: numbers and the like would make texts unlike that say the same
 */
export function termVectors(texts: readonly string[], onlyShared = false): TermVector[] {
  const counts = texts.map((text) => countOf(analyse(text)));
  const spread = new Map<string, number>();
  for (const count of counts) for (const term of count.keys()) spread.set(term, (spread.get(term) ?? 0) + 1);
  return counts.map((count) =>
    unit(
      new Map(
        [...count].flatMap(([term, times]) => {
          const having = spread.get(term) ?? 1;
          if (onlyShared && having < 2) return [];
          return [[term, (1 + Math.log(times)) * Math.log(1 + texts.length / having)] as const];
        }),
      ),
    ),
  );
}

/** Cosine of two vectors of unit length. */
export function cosine(a: TermVector, b: TermVector): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of few) sum += weight * (many.get(term) ?? 0);
  return sum;
}

/** The direction in which all of them point together. */
export function centroid(vectors: readonly TermVector[]): TermVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight);
  return unit(sum);
}

function countOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function unit(vector: Map<string, number>): TermVector {
  const length = Math.sqrt([...vector.values()].reduce((sum, weight) => sum + weight * weight, 0));
  if (length === 0) return vector;
  return new Map([...vector].map(([term, weight]) => [term, weight / length]));
}
