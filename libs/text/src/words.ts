import { unaccented } from './fold.ts';
import { NUMBER_WORDS, plainNumber } from './numbers.ts';
import { stem } from './stem.ts';
import { STOP_WORDS } from './stop-words.ts';

/** Longer terms are cut: nobody asks for the tail of an encoded image. UTF-16 units. */
export const MOST_TERM = 64;

/** What a token of a text is indexed as. */
export interface Terms {
  readonly terms: readonly string[];
  /** Of words that say nothing; they count only where a text has no others. */
  readonly stops: readonly string[];
}

const LETTERS_AND_DIGITS = /^(?:(\p{L}+)(\d+)|(\d+)(\p{L}+))$/u;
const ORDINAL = /^(?:st|nd|rd|th)$/;
const NONE: readonly string[] = [];

/** One word without signs inside, in any case. */
export function wordTerms(word: string): Terms {
  const lower = bounded(unaccented(word.toLowerCase()));
  // A mark that stands alone.
  if (lower === '') return { terms: NONE, stops: NONE };
  const known = plainNumber(lower) ?? NUMBER_WORDS.get(lower);
  if (known !== undefined) return { terms: [known], stops: NONE };
  if (STOP_WORDS.has(lower)) return { terms: NONE, stops: [lower] };
  const mixed = LETTERS_AND_DIGITS.exec(lower);
  if (!mixed) return { terms: [stem(lower)], stops: NONE };
  const [, before, number, digits, unit] = mixed;
  const parts = [before, number, digits, unit]
    .filter((part) => part !== undefined && part.length > 0 && !ORDINAL.test(part))
    .map((part = '') => plainNumber(part) ?? stem(part))
    // One letter beside a number ("v2", "5k") is no word.
    .filter((part) => part.length > 1 || /\d/.test(part));
  return { terms: [lower, ...parts], stops: NONE };
}

/** A term of at most MOST_TERM units, never ending within a character. */
export function bounded(term: string): string {
  if (term.length <= MOST_TERM) return term;
  const code = term.charCodeAt(MOST_TERM - 1);
  return term.slice(0, code >= 0xd800 && code <= 0xdbff ? MOST_TERM - 1 : MOST_TERM);
}
