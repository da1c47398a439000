import { analyse } from '@holdfast/text';

import type { QueryTerm } from '../lexical/lexical.ts';
import { RELATED_CHINESE } from './related-chinese.ts';
import { RELATED_ENGLISH } from './related-english.ts';

/** What a related word counts beside one that was asked for; less misses answers, more buries them (docs/recall.md). */
const RELATED_WEIGHT = 0.25;
/** More related terms only cost time. */
const MOST_RELATED = 24;

let table: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * The terms of a query with related everyday words at a lower weight: somebody who asks for a "job" is answered by who
 * speaks of their "boss".
 */
export function withRelated(terms: readonly string[]): readonly QueryTerm[] {
  table ??= tableOf([RELATED_ENGLISH, RELATED_CHINESE]);
  const asked = new Set(terms);
  const related = new Set<string>();
  for (const term of terms) {
    for (const other of table.get(term) ?? []) {
      if (!asked.has(other) && related.size < MOST_RELATED) related.add(other);
    }
  }
  return [
    ...terms.map((term) => ({ term, weight: 1 })),
    ...[...related].map((term) => ({ term, weight: RELATED_WEIGHT })),
  ];
}

/** Words that are more than one term stand for themselves only where one of these is a pair of Han. */
function tableOf(lists: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const made = new Map<string, Set<string>>();
  for (const line of lists.flatMap((list) => list.trim().split('\n'))) {
    const terms = [...new Set(line.trim().split(/\s+/).flatMap(termOf))];
    for (const term of terms) {
      const others = made.get(term) ?? new Set();
      for (const other of terms) if (other !== term) others.add(other);
      made.set(term, others);
    }
  }
  return new Map([...made].map(([term, others]) => [term, [...others]]));
}

/** The one term that a word is found by; none where it would take several. */
function termOf(word: string): readonly string[] {
  const terms = analyse(word);
  if (terms.length === 1) return terms;
  const pairs = terms.filter((term) => Array.from(term).length === 2);
  return /^\p{Script=Han}{2}$/u.test(word) ? pairs : [];
}
