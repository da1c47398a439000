import { dateTerms, datesOf } from './dates.ts';
import { compoundTerms } from './identifiers.ts';
import { hangulTerms, hanTerms, unspacedTerms } from './scripts.ts';
import { type Terms, wordTerms } from './words.ts';

/** Which script a token is of: what it is made of decides how it becomes terms. */
export type TokenKind = 'word' | 'han' | 'unspaced' | 'hangul' | 'sign' | 'date';

/** Takes a token: where it stands in the normalised text (UTF-16 units, end excluded), and its terms. */
export type TokenVisitor = (start: number, end: number, kind: TokenKind, terms: Terms) => void;

const UNSPACED =
  '\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const OTHERS = `[\\p{Script=Han}${UNSPACED}\\p{Script=Hangul}]`;
const LETTER = `[[\\p{L}\\p{N}\\p{M}]--${OTHERS}]`;
// Signs that stand inside of identifiers, paths, addresses, numbers and contractions.
const JOINER = "(?:_+|(?::\\/\\/|::|[.\\-\\/\\\\:@'’ʼ\\&+\\#=?%\\~‐–])_*|(?<=\\d),(?=\\d{3}(?!\\d)))";
/** Of something joined more often the rest is a token of its own. */
const MOST_JOINED = 40;
const TOKEN = new RegExp(
  [
    `(\\p{Script=Han}+)`,
    `(${LETTER}+(?:${JOINER}${LETTER}+){0,${MOST_JOINED}}(?:\\+\\+|#)?)`,
    `([${UNSPACED}]+)`,
    `(\\p{Script=Hangul}+)`,
    `(\\p{Extended_Pictographic})`,
  ].join('|'),
  'gv',
);
const SIMPLE = /^(?:[a-z]+|[A-Z]?[a-z]+)$/;
/** Words of a text repeat: what they become is kept, up to so many of so many units. */
const KEPT_WORDS = 50_000;
const LONGEST_KEPT = 24;
const words = new Map<string, Terms>();
const LANGUAGE = /^\p{L}{1,2}(?:\+\+|#)$/u;
const TRAILING = /(?:\+\+|#)$/u;

/** The form of a text that is cut into tokens: compatibility forms as plain ones; a lone surrogate is U+FFFD. */
export function normalised(text: string): string {
  return text.toWellFormed().normalize('NFKC');
}

/** Calls `visit` for each token of a normalised text, in order. Linear in the text's length. */
export function visitTokens(text: string, visit: TokenVisitor): void {
  let from = 0;
  for (const date of datesOf(text)) {
    visitPiece(text, from, date.start, visit);
    visit(date.start, date.end, 'date', { terms: dateTerms(date), stops: [] });
    from = date.end;
  }
  visitPiece(text, from, text.length, visit);
}

function visitPiece(text: string, from: number, to: number, visit: TokenVisitor): void {
  if (from >= to) return;
  const piece = from === 0 && to === text.length ? text : text.slice(from, to);
  for (const match of piece.matchAll(TOKEN)) {
    const [found] = match;
    const kind = kindOf(match);
    visit(from + match.index, from + match.index + found.length, kind, termsOf(kind, found));
  }
}

/** By the group of TOKEN that has matched. */
function kindOf([, han, word, unspaced, hangul]: RegExpExecArray): TokenKind {
  if (word !== undefined) return 'word';
  if (han !== undefined) return 'han';
  if (unspaced !== undefined) return 'unspaced';
  return hangul === undefined ? 'sign' : 'hangul';
}

function termsOf(kind: TokenKind, found: string): Terms {
  switch (kind) {
    case 'word':
      return latinTerms(found);
    case 'han':
      return hanTerms(found);
    case 'unspaced':
      return unspacedTerms(found);
    case 'hangul':
      return hangulTerms(found);
    case 'sign':
    case 'date':
      return { terms: [found], stops: [] };
  }
}

function latinTerms(found: string): Terms {
  if (found.length > LONGEST_KEPT) return readWord(found);
  const known = words.get(found);
  if (known !== undefined) return known;
  const terms = readWord(found);
  if (words.size >= KEPT_WORDS) words.clear();
  words.set(found, terms);
  return terms;
}

function readWord(found: string): Terms {
  if (SIMPLE.test(found)) return wordTerms(found);
  // C++ and C# are languages; "issue#" is a word.
  if (LANGUAGE.test(found)) return { terms: [found.toLowerCase()], stops: [] };
  return compoundTerms(found.replace(TRAILING, ''));
}
