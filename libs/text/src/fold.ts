import { simplified } from './han.ts';

const NOT_NAME = /[^\p{L}\p{N}\p{M}+#]+/gu;
const APOSTROPHES = /['’ʼ`]/g;
const BETWEEN_HAN = /(?<=\p{Script=Han}) (?=\p{Script=Han})/gu;
/** Accents of Latin, Greek and Cyrillic, vowel signs of Arabic and Hebrew: signs that writers leave out. */
const SIGNS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
const LETTERS = /[ßæœøłđðþıŧħ]/g;
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ŧ: 't',
  ħ: 'h',
};
const ASCII = /^[\0-\x7f]*$/;

/**
 * A text for comparison and hashing: compatibility forms (full width, ligatures) as plain ones, lower case, traditional
 * characters as simplified ones. A lone surrogate becomes U+FFFD.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return simplified(text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC'));
}

/** Lower-case letters without accents: "naïve" and "naive" are one word. Not for scripts whose marks are vowels. */
export function unaccented(word: string): string {
  if (ASCII.test(word)) return word;
  return word
    .normalize('NFD')
    .replace(SIGNS, '')
    .normalize('NFC')
    .replace(LETTERS, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/**
 * The key under which a name or an alias is compared: "O’Brien, José" and "obrien jose" have one. Spaces between Han go,
 * "+" and "#" stay (C, C++ and C# are three), and a name of nothing but signs is its own key.
 */
export function nameKey(name: string): string {
  const plain = unaccented(fold(name));
  const key = plain.replace(APOSTROPHES, '').replace(NOT_NAME, ' ').trim().replace(BETWEEN_HAN, '');
  return key === '' ? plain.trim() : key;
}
