import { servicesIn } from './services.ts';
import { stem } from './stem.ts';
import { hanWords } from './synonyms.ts';

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

/**
 * The terms of a text in their order: identifiers are split (camelCase, snake_case, kebab-case), Latin is lower-cased
 * and stemmed and loses its stop words; Han becomes single characters and pairs, and the English of the words that are
 * known.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of wordsOf(text)) {
    if (!isHan(word)) {
      terms.push(stem(word));
      continue;
    }
    const { services, rest } = servicesIn(word);
    terms.push(...gramsOf(word), ...services.flatMap(({ names }) => names.filter((name) => !isHan(name))));
    for (const { english, vague } of rest.flatMap(hanWords)) if (!vague) terms.push(...english.slice(0, 3));
  }
  return terms;
}

/** Whether a word is of Han characters. */
export function isHan(word: string): boolean {
  return HAN.test(word);
}

/**
 * Words in lower case; those of an identifier apart, with the identifier as one word beside them.
 *
 * @param isKnown whether a word is known as one: then it stays one. For queries only
 */
export function* wordsOf(text: string, isKnown?: (word: string) => boolean): Generator<string> {
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
    if (parts.length > 1 && isKnown?.(whole)) yield whole;
    else yield* (parts.length > 1 && !isKnown ? [whole, ...parts] : parts).filter((word) => !STOP_WORDS.has(word));
  }
}

/** Single characters and pairs of a text of Han. */
export function gramsOf(run: string): string[] {
  return [...Array.from(run), ...pairsOf(run)];
}

/** Pairs of characters that stand beside one another. */
export function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.slice(1).map((second, at) => `${characters[at] ?? ''}${second}`);
}
