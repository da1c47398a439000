import type { JsonValue } from '@holdfast/protocol';
import { analyse } from '@holdfast/text';

import type { LexicalDocument } from '../lexical/lexical.ts';
import type { MemoryRecord } from '../record.ts';
import { inLine } from './group.ts';

/** Attributes that say what a text is about or who speaks: found by as the text's own words are, at a lower weight. */
const TELLING = ['title', 'heading', 'headings', 'speaker'] as const;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** So many terms of a neighbour are taken, nearest first: all of a turn, and of a part of a document what adjoins. */
const NEAR_TERMS = 64;

/** The terms of texts; each text is analysed once, however many neighbours it has. */
export type TermsOf = (text: string) => readonly string[];

/** Terms that are remembered for as long as one write takes. */
export function rememberedTerms(): TermsOf {
  const known = new Map<string, readonly string[]>();
  return (text) => {
    const there = known.get(text);
    if (there) return there;
    const terms = analyse(text);
    known.set(text, terms);
    return terms;
  };
}

/** What the lexical index takes of a memory: its own terms, and those of what stands around it. */
export function documentOf(
  record: MemoryRecord,
  neighbours: readonly MemoryRecord[],
  termsOf: TermsOf,
): LexicalDocument {
  const described = describedBy(record);
  const near = neighbours.flatMap((neighbour) => {
    const terms = termsOf(neighbour.text);
    return inLine(neighbour, record) < 0 ? terms.slice(-NEAR_TERMS) : terms.slice(0, NEAR_TERMS);
  });
  return {
    seq: record.seq,
    scope: record.scope,
    own: termsOf(record.text),
    near: described === '' ? near : [...near, ...termsOf(described)],
  };
}

/** Heading, speaker and date, in words. A part of a document has no date: its `at` is that of the reading. */
export function describedBy({ attributes, provenance, kind, at }: MemoryRecord): string {
  const parts = TELLING.flatMap((name) => wordsOf(attributes[name]));
  parts.push(provenance.location, kind === 'chunk' ? '' : provenance.author);
  if (kind !== 'chunk') parts.push(dateWords(at));
  return [...new Set(parts)].filter((part) => part !== '').join('\n');
}

/** A date (UTC) of which the analyser makes the terms of each way of asking for it, and its day of the week. */
export function dateWords(at: number): string {
  const date = new Date(at);
  return `${DAYS[date.getUTCDay()] ?? ''} ${date.toISOString().slice(0, 10)}`;
}

function wordsOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}
