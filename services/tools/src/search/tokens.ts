import { hintsOf } from './hints.ts';
import { plainWords } from './phrases.ts';
import { stem } from './stem.ts';
import { englishOf, synonymsOf } from './synonyms.ts';

const STOP_WORDS = new Set(
  (
    'a an and are as at be been but by can cannot could did do does for from give had has have he her him his how i if in ' +
    'into is it its let may me my need not of on or our out please she should so some that the their them then there ' +
    'these they this those to up us want was we were what when where which who whom whose why will with would you your'
  ).split(' '),
);

const WORD = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const HAN = /^\p{Script=Han}/u;
/** More of one text is not looked at: descriptions come from others. */
const MOST_CHARS = 20_000;

/** A word of a query, with what else would mean it. */
export interface Concept {
  readonly variants: readonly { readonly term: string; readonly weight: number }[];
}

const SYNONYM = 0.55;
const TRANSLATION = 0.9;
const FURTHER_TRANSLATION = 0.7;
const HINT = 0.6;

/**
 * The terms of a text in their order: identifiers are split (camelCase, snake_case, kebab-case), Latin is lower-cased
 * and stemmed and loses its stop words; Han becomes single characters and pairs, and the English of the words that are
 * known.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of wordsOf(text)) {
    if (!HAN.test(word)) terms.push(stem(word));
    else terms.push(...gramsOf(word), ...englishOf(word).flat());
  }
  return terms;
}

/**
 * What a query asks for, one concept for each word.
 *
 * @param isKnown whether some tool has a term
 */
export function conceptsOf(query: string, isKnown: (term: string) => boolean): Concept[] {
  const concepts: Concept[] = [];
  const known = new Set<string>();
  const add = (variants: Concept['variants']): void => {
    const key = variants[0]?.term ?? '';
    if (!known.has(key)) concepts.push({ variants });
    known.add(key);
  };
  for (const word of wordsOf(plainWords(query), isKnown)) {
    if (HAN.test(word)) {
      for (const english of englishOf(word)) add(withSynonyms(english, TRANSLATION));
      for (const term of gramsOf(word)) if (term.length > 1 || word.length === 1) add([{ term, weight: 1 }]);
    } else {
      add(withSynonyms([stem(word)], 1));
    }
  }
  for (const word of wordsOf(hintsOf(query))) add([{ term: stem(word), weight: HINT }]);
  return concepts;
}

function withSynonyms(words: readonly string[], weight: number): Concept['variants'] {
  const weights = new Map<string, number>();
  words.forEach((term, at) => weights.set(term, at === 0 ? weight : FURTHER_TRANSLATION));
  for (const term of words.slice(0, 1).flatMap(synonymsOf)) {
    if (!weights.has(term)) weights.set(term, weight * SYNONYM);
  }
  return [...weights].map(([term, of]) => ({ term, weight: of }));
}

/** Words in lower case; those of an identifier apart, with the identifier as one word beside them. */
function* wordsOf(text: string, isKnown?: (word: string) => boolean): Generator<string> {
  const plain = text
    .slice(0, MOST_CHARS)
    .normalize('NFKC')
    .replace(/['’]s\b/g, '');
  for (const [found] of plain.matchAll(WORD)) {
    const whole = found.toLowerCase();
    const parts = found
      .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .toLowerCase()
      .split(' ');
    // "GitHub" is one word to whoever asks, and "createIssue" two.
    if (parts.length > 1 && isKnown?.(stem(whole))) yield whole;
    else yield* (parts.length > 1 && !isKnown ? [whole, ...parts] : parts).filter((word) => !STOP_WORDS.has(word));
  }
}

function gramsOf(run: string): string[] {
  const characters = Array.from(run);
  const pairs = characters.slice(1).map((second, at) => `${characters[at] ?? ''}${second}`);
  return [...characters, ...pairs];
}
