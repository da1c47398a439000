import { createRecent } from './recent.ts';
import { simplified } from './han.ts';
import { HAN_GLUE, HAN_QUESTIONS, HAN_WORDS_WITH_GLUE, QUESTION_WORDS } from './stop-words.ts';
import { normalised, visitTokens } from './tokens.ts';
import type { Terms } from './words.ts';

/** So many terms are kept at most, twice: some megabytes. */
const KEPT_TERMS = 100_000;
/** Longer lines are read again. UTF-16 units. */
const LONGEST_LINE = 4_000;

/**
 * The terms of a text as every index takes them, in order and repeated. English: lower case without accents, stop words
 * dropped, stemmed. Chinese: simplified, single characters and pairs. Dates, numbers and identifiers in one form each.
 * A text of nothing but stop words keeps them. Takes any text, however long or broken.
 */
export function analyse(text: string): string[] {
  // Nothing that becomes a term goes over the end of a line.
  const lines = text.split('\n').map(lineTerms);
  const terms = lines.flatMap((line) => line.terms);
  return terms.length === 0 ? lines.flatMap((line) => line.stops) : terms;
}

/** A text is read for each index, and with each of its neighbours: its lines are kept for a while. */
const kept = createRecent<Terms>(KEPT_TERMS, ({ terms, stops }) => terms.length + stops.length + 1);

/** Forgets the lines that are kept: what was erased must not stay in them. */
export function forgetLines(): void {
  kept.clear();
}

function lineTerms(line: string): Terms {
  if (line.length > LONGEST_LINE) return readLine(line);
  return kept.get(line) ?? kept.put(line, readLine(line));
}

function readLine(line: string): Terms {
  const terms: string[] = [];
  const stops: string[] = [];
  visitTokens(normalised(line), (_start, _end, _kind, found) => {
    for (const term of found.terms) terms.push(term);
    if (terms.length === 0) for (const term of found.stops) stops.push(term);
  });
  return terms.length === 0 ? { terms, stops } : { terms, stops: [] };
}

/**
 * The distinct terms of a question, in order, without what it is asked with ("when", "tell me", 什么时候); where nothing
 * else would be left, all of them.
 */
export function queryTerms(query: string): readonly string[] {
  const text = simplified(normalised(query)).replaceAll(HAN_QUESTIONS, ' ');
  const terms = new Set<string>();
  visitTokens(text, (start, end, kind, found) => {
    if (kind === 'word' && QUESTION_WORDS.has(text.slice(start, end).toLowerCase())) return;
    for (const term of found.terms) if (kind !== 'han' || !isGlued(term)) terms.add(term);
  });
  return terms.size === 0 ? [...new Set(analyse(query))] : [...terms];
}

/** Whether a pair of Han is of two words, one of which is a particle. */
function isGlued(term: string): boolean {
  if (Array.from(term).length !== 2 || HAN_WORDS_WITH_GLUE.has(term)) return false;
  return Array.from(term).some((character) => HAN_GLUE.has(character));
}
