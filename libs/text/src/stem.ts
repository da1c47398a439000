import { createRequire } from 'node:module';

import type { Stemmer } from 'snowball-stemmers';

import { IRREGULAR } from './irregular.ts';

const ENGLISH = /^[a-z]{3,40}$/;
let english: Stemmer | undefined;

/**
 * The stem of an English word in lower case without accents, by the Porter2 (Snowball English) algorithm; forms that
 * follow no rule ("went", "children") take the stem of their base. What is no such word is its own stem.
 */
export function stem(word: string): string {
  if (!ENGLISH.test(word)) return word;
  // The package takes 40 ms to load, which the product's start must not pay for; it is CommonJS.
  english ??= (createRequire(import.meta.url)('snowball-stemmers') as { newStemmer(name: string): Stemmer }).newStemmer(
    'english',
  );
  return english.stem(IRREGULAR.get(word) ?? word);
}
