import { analyse, fold } from '@holdfast/text';

const NEGATION =
  /\b(?:no|not|never|none|nobody|nothing|without|cannot|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|won't|can't|shouldn't|hates?|dislikes?|stopped|quit|no longer)\b|不|没|無|无|别|勿|未|讨厌|不再|停止/giu;
const NUMBER = /\d+(?:[.,:/-]\d+)*/gu;
/** So much of the terms of both must be the same. */
const SAME = 0.8;

/**
 * Whether a new text says what a known one says, in nearly the same words. With another number, another name or a negation
 * it does not, however alike the rest is: both are kept then, and a contradiction stays visible.
 */
export function saysTheSame(known: string, given: string): boolean {
  const [a, b] = [new Set(analyse(known)), new Set(analyse(given))];
  const common = [...a].filter((term) => b.has(term)).length;
  const all = a.size + b.size - common;
  if (all === 0) return fold(known) === fold(given);
  if (common / all < SAME) return false;
  return (
    [NUMBER, NEGATION].every((sign) => keyOf(known, sign) === keyOf(given, sign)) && namesOf(known) === namesOf(given)
  );
}

function keyOf(text: string, sign: RegExp): string {
  return (fold(text).match(sign) ?? []).toSorted().join(' ');
}

/** Words with a capital that begin no sentence. */
function namesOf(text: string): string {
  return (text.match(/(?<=[\p{Ll}\d,;:]\s)\p{Lu}[\p{L}\d-]*/gu) ?? []).toSorted().join(' ');
}
