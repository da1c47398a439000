/** How often terms occur among the documents of one index, as far as is known. */
export interface Frequencies {
  /** How many documents there are, and how many of them have each of the terms. */
  of(tenant: string, terms: readonly string[]): Promise<Counts>;
  /** A document was written: what is known grows old. */
  wrote(): void;
}

/** Sizes that scores are made with. */
export interface Counts {
  readonly documents: number;
  /** Terms per document, on average; at least 1. */
  readonly averageLength: number;
  readonly having: ReadonlyMap<string, number>;
}

/** Where the numbers come from. */
export interface FrequencySource {
  sizes(tenant: string): Promise<{ readonly documents: number; readonly averageLength: number }>;
  /** Terms that no document has may be left out. */
  having(tenant: string, terms: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

interface Known {
  readonly documents: number;
  readonly averageLength: number;
  readonly having: Map<string, number>;
  writes: number;
  asked: number;
}

/** What is known is asked for again after this share of new documents, and after so many searches: others write too. */
const NEW_SHARE = 0.05;
const MOST_ASKED = 500;
const KEPT_TENANTS = 256;
const KEPT_TERMS = 20_000;

/**
 * Remembers frequencies between searches. They change slowly, and only decide how much a term counts: counting a common
 * term takes as long as finding it. That no document has a term is never remembered.
 */
export function createFrequencies(source: FrequencySource): Frequencies {
  const tenants = new Map<string, Known>();
  const know = async (tenant: string): Promise<Known> => {
    const known = tenants.get(tenant);
    if (known && known.writes <= known.documents * NEW_SHARE && known.asked++ < MOST_ASKED) return known;
    const fresh = { ...(await source.sizes(tenant)), having: new Map<string, number>(), writes: 0, asked: 0 };
    if (tenants.size >= KEPT_TENANTS) tenants.clear();
    tenants.set(tenant, fresh);
    return fresh;
  };
  return {
    async of(tenant, terms) {
      const known = await know(tenant);
      const unknown = terms.filter((term) => !known.having.has(term));
      const found = unknown.length === 0 ? new Map<string, number>() : await source.having(tenant, unknown);
      const having = new Map(terms.map((term) => [term, known.having.get(term) ?? found.get(term) ?? 0]));
      if (known.having.size >= KEPT_TERMS) known.having.clear();
      for (const [term, count] of found) if (count > 0) known.having.set(term, count);
      return { documents: known.documents, averageLength: known.averageLength, having };
    },
    wrote() {
      for (const known of tenants.values()) known.writes++;
    },
  };
}
