/** Messages that differ only in values. */
export interface Template<T> {
  /** `<*>` stands for a word that differs. */
  words: readonly string[];
  readonly data: T;
}

const ANY = '<*>';
const ALIKE = 0.6;
const MAX_PER_LEAF = 100;

/**
 * Finds the templates of messages (after Drain: a tree of length and first word, then the most similar template). A
 * template gets wider as messages come that differ in a word. The number of templates is bounded: what does not fit is
 * counted under one that stands for the rest.
 */
export class Drain<T> {
  readonly #leaves = new Map<string, Template<T>[]>();
  readonly #make: () => T;
  readonly #capacity: number;
  readonly templates: Template<T>[] = [];
  #rest: Template<T> | undefined;

  constructor(make: () => T, capacity: number) {
    this.#make = make;
    this.#capacity = capacity;
  }

  /** The template of a message; `kind` keeps apart what must never be the same (the level). */
  add(kind: string, words: readonly string[]): Template<T> {
    const key = `${kind}\0${words.length}\0${words[0] ?? ''}`;
    const leaf = this.#leaves.get(key) ?? [];
    const best = mostAlike(leaf, words);
    if (best) {
      best.words = best.words.map((word, index) => (word === words[index] ? word : ANY));
      return best;
    }
    if (this.templates.length >= this.#capacity || leaf.length >= MAX_PER_LEAF) return this.#other();
    const template = { words, data: this.#make() };
    leaf.push(template);
    this.#leaves.set(key, leaf);
    this.templates.push(template);
    return template;
  }

  #other(): Template<T> {
    if (!this.#rest) {
      this.#rest = { words: [ANY], data: this.#make() };
      this.templates.push(this.#rest);
    }
    return this.#rest;
  }
}

function mostAlike<T>(leaf: readonly Template<T>[], words: readonly string[]): Template<T> | undefined {
  let best: Template<T> | undefined;
  let least = ALIKE;
  for (const template of leaf) {
    const same = template.words.filter((word, index) => word === ANY || word === words[index]).length;
    const share = words.length === 0 ? 1 : same / words.length;
    if (share >= least && (!best || share > least)) {
      best = template;
      least = share;
    }
  }
  return best;
}
