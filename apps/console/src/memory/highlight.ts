/** A stretch of text; `hit` where it is one of the words that were looked for. */
export interface Stretch {
  readonly text: string;
  readonly hit: boolean;
}

/**
 * Cuts a text where words of it occur, whatever their case; longer words first, so that none is cut by a shorter one. All
 * stretches together are the text.
 */
export function stretchesOf(text: string, words: readonly string[]): Stretch[] {
  const wanted = [...new Set(words.filter((word) => word.trim() !== ''))].toSorted((a, b) => b.length - a.length);
  if (wanted.length === 0) return text === '' ? [] : [{ text, hit: false }];
  const pattern = new RegExp(
    `(${wanted.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`,
    'giu',
  );
  return text
    .split(pattern)
    .map((part, index) => ({ text: part, hit: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
