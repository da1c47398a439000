const MAX_HEADING = 200;
/** Above this, headings are cut off: a path is shown beside a hit. */
const MAX_DEPTH = 6;

/** The headings that are open at a place of a document. */
export class Headings {
  readonly #open: { readonly level: number; readonly text: string }[] = [];

  /** Enters a heading: those of its level and deeper ones end. */
  enter(level: number, text: string): void {
    while ((this.#open.at(-1)?.level ?? 0) >= level) this.#open.pop();
    const line = text.replaceAll(/\s+/g, ' ').trim();
    if (this.#open.length < MAX_DEPTH) this.#open.push({ level, text: cut(line, MAX_HEADING) });
  }

  /** Outermost first. */
  get path(): readonly string[] {
    return this.#open.map(({ text }) => text);
  }
}

/** The first characters of a line, never half a surrogate pair. */
export function cut(line: string, length: number): string {
  return line.length <= length
    ? line
    : `${line
        .slice(0, length - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}
