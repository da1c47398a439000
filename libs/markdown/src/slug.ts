/** Gives each heading of a document an id of its own. */
export class Slugs {
  readonly #prefix: string;
  readonly #before: Slugs | undefined;
  readonly #taken = new Map<string, number>();

  /** @param before those of the part of the document that comes first. They are read, never changed. */
  constructor(prefix: string, before?: Slugs) {
    this.#prefix = prefix;
    this.#before = before;
  }

  /** An id made of the words of a heading: lower case, words joined by `-`, a number where it is taken. */
  next(heading: string): string {
    const words = heading.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
    const base = words.join('-').slice(0, 80) || 'section';
    let slug = base;
    let count = this.#count(base);
    while (count !== undefined && this.#count(slug) !== undefined) {
      count += 1;
      slug = `${base}-${count}`;
    }
    this.#taken.set(base, count ?? 0);
    if (slug !== base) this.#taken.set(slug, 0);
    return this.#prefix + slug;
  }

  #count(slug: string): number | undefined {
    const count = this.#taken.get(slug);
    return count === undefined && this.#before ? this.#before.#count(slug) : count;
  }
}
