import { unaccented } from './fold.ts';
import { plainNumber } from './numbers.ts';
import { stem } from './stem.ts';
import { STOP_WORDS } from './stop-words.ts';
import { bounded, type Terms, wordTerms } from './words.ts';

const SIGNS = /[^\p{L}\p{N}\p{M}]+/u;
const SEGMENTS = /[/\\?=&:#@,]+/u;
const CAMEL = /(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const CONTRACTION = /['’](?:s|t|m|d|re|ve|ll)$/iu;
const APOSTROPHE = /['’ʼ]/u;
const APOSTROPHES = /['’ʼ]/gu;
const ADDRESS = /:\/\/|@|^www\./iu;
const VERSION = /^v?\d+(?:\.\d+)+/iu;

/**
 * A word with signs or capitals inside: an identifier, path, version, address, number, contraction or compound word. It
 * is indexed as a whole and by its parts; "userId", "user_id" and "user-id" have the same whole.
 */
export function compoundTerms(found: string): Terms {
  const number = plainNumber(found);
  if (number !== undefined) return { terms: [number], stops: [] };
  const whole = found.replace(CONTRACTION, '');
  if (whole !== found) return contraction(found, whole);
  const parts = found.split(SIGNS).filter((part) => part !== '');
  const words = parts.flatMap((part) => part.split(CAMEL));
  if (words.length === 1) return wordTerms(words[0] ?? '');
  const terms = new Set<string>();
  const stops: string[] = [];
  for (const term of wholes(found, parts)) if (term !== '') terms.add(bounded(term));
  for (const part of parts) {
    // "GitHub" is one word to whoever asks, "createIssue" two.
    if (part.split(CAMEL).length > 1) terms.add(stem(bounded(plain(part))));
  }
  for (const word of words) {
    const part = wordTerms(word);
    for (const term of part.terms) terms.add(term);
    stops.push(...part.stops);
  }
  return { terms: [...terms], stops };
}

/** Under which terms the whole of it can be found. */
function wholes(found: string, parts: readonly string[]): string[] {
  const lower = plain(found);
  const segments = lower.split(SEGMENTS).filter((segment) => segment !== '');
  if (ADDRESS.test(found)) {
    const bare = lower.replace(/^[a-z][a-z\d+.-]*:\/\//u, '').replace(/^www\./u, '');
    return [bare, ...segments.map((segment) => segment.replace(/^www\./u, '')).filter((one) => one.includes('.'))];
  }
  if (segments.length > 1) {
    // "and/or" is two words; "src/a.ts" and "a/b/c" are paths.
    const path = segments.length > 2 || segments.some((segment) => segment.includes('.'));
    return [...(path ? [lower] : []), ...segments.flatMap(segmentWholes)];
  }
  return parts.length > 1 ? segmentWholes(lower) : [];
}

function segmentWholes(segment: string): string[] {
  if (VERSION.test(segment)) return [segment.replace(/^v/u, '')];
  // A file or host name.
  if (segment.includes('.')) return isInitials(segment) ? [segment.replaceAll('.', '')] : [segment];
  const pieces = segment.split(SIGNS).filter((piece) => piece !== '');
  return pieces.length > 1 && pieces.length < 8 ? [stem(pieces.join(''))] : [];
}

function isInitials(segment: string): boolean {
  return segment.split('.').every((piece) => piece.length === 1);
}

function contraction(found: string, whole: string): Terms {
  const joined = plain(found).replace(APOSTROPHES, '');
  // "I'd" says as little as "I"; "id" would say something.
  if (STOP_WORDS.has(joined) || STOP_WORDS.has(plain(whole))) return { terms: [], stops: [joined] };
  return APOSTROPHE.test(whole) || SIGNS.test(whole) ? compoundTerms(whole) : wordTerms(whole);
}

function plain(text: string): string {
  return unaccented(text.toLowerCase());
}
