/** BM25 with the parameters that FTS5 has built in, so that both products rank alike. Robertson and Zaragoza, 2009. */
export const K1 = 1.2;
export const B = 0.75;

/** How much a term counts by where it stands. */
export interface ColumnWeights {
  readonly own: number;
  readonly near: number;
}

/** A neighbour's words help to find a memory, and must not find it before the neighbour itself. */
export const COLUMN_WEIGHTS: ColumnWeights = { own: 1, near: 0.4 };

/** What a term in more than half of the documents counts: FTS5's floor. */
const LEAST_IDF = 1e-6;

/**
 * Inverse document frequency: ln(1 + (N - n + 0.5) / (n + 0.5)), as Lucene has it. It is never nothing: of a few memories
 * many have the word that is asked for.
 *
 * @param documents N, how many there are
 * @param having n, how many have the term
 */
export function idf(documents: number, having: number): number {
  return Math.log(1 + Math.max(0, documents - having + 0.5) / (having + 0.5));
}

/** The same as FTS5 has it built in: ln((N - n + 0.5) / (n + 0.5)), never below 1e-6. */
export function builtInIdf(documents: number, having: number): number {
  const ratio = (documents - having + 0.5) / (having + 0.5);
  return ratio > 1 ? Math.max(Math.log(ratio), LEAST_IDF) : LEAST_IDF;
}
