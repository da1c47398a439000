import { PHRASES } from './data/phrases.ts';

const PATTERN = new RegExp(`\\b(?:${Object.keys(PHRASES).join('|')})\\b`, 'giu');

/** The name of a file says less of the tool than that it is a file, and of which kind. */
const FILE_NAME =
  /[\p{L}\p{N}_-]+\.(zip|pdf|csv|json|xml|ya?ml|md|txt|docx?|xlsx?|png|jpe?g|svg|mp[34]|wav|html?)\b/giu;

/** The text with its turns of phrase replaced by what they say. */
export function plainWords(text: string): string {
  return text.replace(FILE_NAME, '$1 file').replace(PATTERN, (phrase) => PHRASES[phrase.toLowerCase()] ?? phrase);
}
