/** Characters of one value that a page shows, and of all values of one page together. */
const MAX_VALUE = 8 * 1024;
const MAX_ALL = 4 * 1024 * 1024;
/** Characters of a report that a page renders. */
export const MAX_REPORT = 512 * 1024;

/** A value as a page shows it. */
export interface Shown {
  readonly text: string;
  /** Characters that were left out. */
  readonly cut: number;
}

/** Writes the values of one page, and keeps it from growing without end. */
export class ValueWriter {
  #left = MAX_ALL;

  /** Text as it is, anything else as JSON; undefined where there is nothing to show. */
  write(value: unknown): Shown | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'object' && Object.keys(value).length === 0) return undefined;
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    const shown = beginning(text, Math.min(MAX_VALUE, this.#left));
    this.#left -= shown.text.length;
    return shown;
  }
}

/** The beginning of a text, never half a character. */
export function beginning(text: string, most: number): Shown {
  if (text.length <= most) return { text, cut: 0 };
  const end = /[\uD800-\uDBFF]$/.test(text.slice(0, most)) ? most - 1 : most;
  return { text: text.slice(0, end), cut: text.length - end };
}
