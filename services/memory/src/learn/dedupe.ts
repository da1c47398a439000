import { analyse, fold } from '@holdfast/text';

/** How one text stands to another. */
export type Likeness = 'same' | 'contradiction' | 'other';

const NEGATION =
  /\b(?:no|not|never|none|nobody|nothing|without|cannot|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|won't|can't|shouldn't|hates?|dislikes?|stopped|quit|no longer)\b|不|没|無|无|别|勿|未|讨厌|不再|停止/giu;
const NUMBER = /\d+(?:[.,:/-]\d+)*/gu;
/** So much of the terms of both must be the same. */
const SAME = 0.8;

/**
 * Whether a new text says what a known one says, in nearly the same words. Different numbers, names or a negation make it
 * a contradiction or another fact, however alike the rest is: both are kept then.
 */
export function likeness(known: string, given: string): Likeness {
  const [a, b] = [new Set(analyse(known)), new Set(analyse(given))];
  const common = [...a].filter((term) => b.has(term)).length;
  const all = a.size + b.size - common;
  if (all === 0) return fold(known) === fold(given) ? 'same' : 'other';
  if (common / all < SAME) return 'other';
  const differ = (pattern: RegExp): boolean => keyOf(known, pattern) !== keyOf(given, pattern);
  if (differ(NUMBER) || differ(NEGATION)) return 'contradiction';
  return namesOf(known) === namesOf(given) ? 'same' : 'other';
}

function keyOf(text: string, pattern: RegExp): string {
  return (fold(text).match(pattern) ?? []).toSorted().join(' ');
}

/** Words with a capital that begin no sentence. */
function namesOf(text: string): string {
  return (text.match(/(?<=[\p{Ll}\d,;:]\s)\p{Lu}[\p{L}\d-]*/gu) ?? []).toSorted().join(' ');
}
