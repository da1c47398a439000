/**
 * The text as it is parsed: one kind of line ending, no byte order mark, no NUL. Incremental and whole rendering agree
 * only because both begin with this.
 */
export function normalise(text: string): string {
  return normaliseRest(text.startsWith('\uFEFF') ? text.slice(1) : text);
}

/** The same for a piece that is not the beginning. It must not begin within a line ending. */
export function normaliseRest(text: string): string {
  // A parser drops a mark at the start of what it is given, which for a stream may be the middle of the document.
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD').replaceAll('\uFEFF', '\u2060');
}

/** Cuts a piece of a stream before half of a line ending or half of a character at its end. */
export function holdBack(text: string): { whole: string; held: string } {
  const cut = /[\r\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
  return { whole: text.slice(0, cut), held: text.slice(cut) };
}
