import { builtInIdf, idf } from './bm25.ts';
import { encodeTerm } from './encode.ts';
import type { Counts } from './frequencies.ts';
import type { QueryTerm } from './lexical.ts';

/** A term of a query that was weighed. */
export interface PlannedTerm {
  readonly term: string;
  readonly weight: number;
  readonly idf: number;
  /** What FTS5's own idf of it is to be multiplied by; exactly 1 where the difference does not matter. */
  readonly correction: number;
}

/** How a query is carried out. */
export interface Plan {
  /** Every document that is found has one of these. */
  readonly leading: readonly PlannedTerm[];
  /** Common terms: they order what the leading ones find. */
  readonly common: readonly PlannedTerm[];
}

/** Of a query no more terms are taken: those that are asked for most. */
const MOST_TERMS = 64;
/** Documents that leading terms may lead to: each costs about a microsecond. */
const MOST_LED_TO = 2000;
/** Until so many are found, a common term leads as well. */
const LEAST_LED_TO = 20;
const MOST_COMMON = 16;
/** Nearly all terms of a large index: they are searched for together. */
const CLOSE = 1.05;
/** Weights are rounded to eighths: terms of one weight are searched for together. */
const STEPS = 8;

/** The distinct terms of a query as the index has them, each with its greatest weight, at most 64. */
export function distinctTerms(terms: readonly QueryTerm[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { term, weight } of terms) {
    const encoded = encodeTerm(term);
    if (encoded === '' || !(weight > 0)) continue;
    const rounded = Math.max(1, Math.round(Math.min(weight, 1) * STEPS)) / STEPS;
    weights.set(encoded, Math.max(rounded, weights.get(encoded) ?? 0));
  }
  if (weights.size <= MOST_TERMS) return weights;
  return new Map([...weights].sort(([, a], [, b]) => b - a).slice(0, MOST_TERMS));
}

/**
 * Divides the terms: those that say most lead to documents, as long as these are not too many; the rest only add to the
 * scores (the idea of MaxScore: Turtle and Flood, 1995). The cost of a query is bounded however many documents there are.
 */
export function planQuery(weights: ReadonlyMap<string, number>, counts: Counts): Plan {
  const terms = [...weights]
    .map(([term, weight]) => {
      const having = counts.having.get(term) ?? 0;
      const own = idf(counts.documents, having);
      const factor = own / builtInIdf(counts.documents, having);
      return { term, weight, having, idf: own, correction: factor < CLOSE ? 1 : factor };
    })
    .sort((a, b) => b.weight * b.idf - a.weight * a.idf || a.having - b.having);
  const leading: PlannedTerm[] = [];
  const common: PlannedTerm[] = [];
  let ledTo = 0;
  for (const term of terms) {
    if (ledTo >= LEAST_LED_TO && ledTo + term.having > MOST_LED_TO) {
      if (common.length < MOST_COMMON) common.push(term);
      continue;
    }
    leading.push(term);
    ledTo += term.having;
  }
  return { leading, common };
}
