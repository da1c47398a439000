import { createRequire } from 'node:module';

import type { Stemmer } from 'snowball-stemmers';

import { IRREGULAR } from './irregular.ts';

const ENGLISH = /^[a-z]{3,40}$/;
/** Stems that are kept: words of a text repeat, and the algorithm takes fifty times as long as looking one up. */
const KEPT = 20_000;
const stems = new Map<string, string>();
let english: Stemmer | undefined;

/**
 * The stem of an English word in lower case without accents, by the Porter2 (Snowball English) algorithm; forms that
 * follow no rule ("went", "children") take the stem of their base. What is no such word is its own stem.
 */
export function stem(word: string): string {
  if (!ENGLISH.test(word)) return word;
  const known = stems.get(word);
  if (known !== undefined) return known;
  // The package takes 40 ms to load, which the product's start must not pay for; it is CommonJS.
  english ??= (createRequire(import.meta.url)('snowball-stemmers') as { newStemmer(name: string): Stemmer }).newStemmer(
    'english',
  );
  const found = english.stem(IRREGULAR.get(word) ?? word);
  if (stems.size >= KEPT) stems.clear();
  stems.set(word, found);
  return found;
}
