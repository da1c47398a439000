import { isHan } from '@holdfast/text';

/** A Han character in words: 500 of them are about 325 words. */
const HAN_WORDS = 0.65;
/** A run without spaces counts as one word for each so many characters: identifiers, addresses, encoded data. */
const WORD_CHARS = 10;
/** Layout costs too: no chunk is longer than this for each word. */
const CHARS_OF_WORD = 16;
const PIECES = /[\p{Script=Han}]|[^\s\p{Script=Han}]+/gu;

/** How much there is to read in a text, in words of either language. */
export function wordsIn(text: string): number {
  let words = 0;
  for (const [piece] of text.matchAll(PIECES)) {
    words += isHan(piece) ? HAN_WORDS : Math.ceil(piece.length / WORD_CHARS);
  }
  return Math.max(words, text.length / CHARS_OF_WORD);
}
