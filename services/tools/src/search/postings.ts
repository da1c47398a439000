/** The parts of a tool that are searched, as terms. */
export interface Fields {
  readonly name: readonly string[];
  readonly server: readonly string[];
  readonly description: readonly string[];
  readonly parameters: readonly string[];
}

interface Weighted {
  readonly weight: number;
  /** How much a long text is held against it, 0 to 1. */
  readonly length: number;
}

const FIELDS: Readonly<Record<keyof Fields, Weighted>> = {
  name: { weight: 3, length: 0.3 },
  server: { weight: 2.5, length: 0 },
  description: { weight: 2, length: 0.5 },
  parameters: { weight: 0.5, length: 0.7 },
};
const NAMES = Object.keys(FIELDS) as (keyof Fields)[];
/** How soon repeating a term gains no more. */
const SATURATION = 1.2;

type Counts = Partial<Record<keyof Fields, number>>;

/** Which term stands where, and BM25F over it: fields are weighed before they saturate (Robertson, Zaragoza, 2004). */
export class Postings {
  readonly #terms = new Map<string, Map<string, Counts>>();
  readonly #documents = new Map<string, Fields>();
  readonly #total: Record<keyof Fields, number> = { name: 0, server: 0, description: 0, parameters: 0 };

  add(document: string, fields: Fields): void {
    this.#documents.set(document, fields);
    for (const field of NAMES) {
      this.#total[field] += fields[field].length;
      for (const term of fields[field]) {
        const places = this.#terms.get(term) ?? new Map<string, Counts>();
        this.#terms.set(term, places);
        const counts = places.get(document) ?? {};
        places.set(document, counts);
        counts[field] = (counts[field] ?? 0) + 1;
      }
    }
  }

  remove(document: string): void {
    const fields = this.#documents.get(document);
    if (!fields) return;
    this.#documents.delete(document);
    for (const field of NAMES) {
      this.#total[field] -= fields[field].length;
      for (const term of fields[field]) {
        const places = this.#terms.get(term);
        places?.delete(document);
        if (places?.size === 0) this.#terms.delete(term);
      }
    }
  }

  /** All terms that some document has. */
  terms(): Iterable<string> {
    return this.#terms.keys();
  }

  /** Whether a document has one of the terms in a field. */
  holds(document: string, field: keyof Fields, terms: readonly string[]): boolean {
    return terms.some((term) => this.#terms.get(term)?.get(document)?.[field] !== undefined);
  }

  /** How many documents have the term. */
  spread(term: string): number {
    return this.#terms.get(term)?.size ?? 0;
  }

  /** How well a term that so many documents have tells one of them from others. */
  rarity(spread: number): number {
    return Math.log(1 + (this.#documents.size - spread + 0.5) / (spread + 0.5));
  }

  /**
   * Every document with the term, and how well that tells it from others.
   *
   * @param spread the number of documents that the score goes by: a synonym tells no more than what it stands for
   */
  *scores(term: string, spread: number): Generator<readonly [document: string, score: number]> {
    const places = this.#terms.get(term);
    if (!places) return;
    const all = this.#documents.size;
    const rarity = this.rarity(spread);
    for (const [document, counts] of places) {
      const fields = this.#documents.get(document);
      let frequency = 0;
      for (const field of NAMES) {
        const count = counts[field];
        if (count === undefined) continue;
        const { weight, length } = FIELDS[field];
        const mean = this.#total[field] / all;
        frequency += (weight * count) / (1 - length + (length * (fields?.[field].length ?? 0)) / mean);
      }
      yield [document, (rarity * frequency * (SATURATION + 1)) / (frequency + SATURATION)];
    }
  }
}
