/** What stands in for a text without anything to read: models refuse an empty text, or make zeros of it. */
const NOTHING = '.';

/**
 * A text as models take it: without NUL and lone surrogates, not longer than `maxChars` (UTF-16 units), never empty.
 *
 * @param prefix stands before it and does not count
 */
export function readable(text: string, prefix: string, maxChars: number): string {
  const cut = text.length > maxChars ? text.slice(0, maxChars) : text;
  const plain = cut.replaceAll('\0', ' ').toWellFormed();
  return `${prefix}${plain.trim() === '' ? NOTHING : plain}`;
}
