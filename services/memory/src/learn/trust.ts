import { analyse, fold, isHan } from '@holdfast/text';

import type { EndedRun } from './transcript.ts';

/** So much of the terms of a text, found in what tools said and in nothing that a person said, makes it theirs. */
const MOST_FROM_TOOLS = 0.5;
/** Letters; a Han character counts for two. */
const LEAST_EVIDENCE = 8;
/** Of one part of the transcript. What comes later is hardly what a conclusion rests on. */
const LOOKED_AT = 20_000;

/** How much what an agent concluded from a run is trusted, and whether the words that it rests on are there at all. */
export type TrustOf = (text: string, evidence: string) => 'agent' | 'outside' | undefined;

/**
 * A conclusion is trusted no more than what it rests on. It came from outside where its evidence stands in the output of a
 * tool, whoever else said the same words, or where more than half of its terms do and no person used them: evidence of a
 * word or two that everybody uses must not lend the trust of a person to what a page says. undefined: the evidence is
 * nowhere in the run.
 */
export function trustIn({ task, transcript }: EndedRun): TrustOf {
  const tools = transcript.filter(({ role }) => role === 'tool');
  const others = transcript.filter(({ role }) => role !== 'tool');
  const persons = [task, ...others.filter(({ role }) => role === 'user').map(({ text }) => text)];
  const fromTools = squeezedOf(tools.map(({ text }) => text));
  const fromOthers = squeezedOf([task, ...others.map(({ text }) => text)]);
  const termsOfTools = termsOf(tools.map(({ text }) => text));
  const termsOfPersons = termsOf(persons);
  return (text, evidence) => {
    const words = squeezed(evidence);
    // A word or two stand in any transcript, and prove nothing.
    if (weightOf(words) < LEAST_EVIDENCE) return undefined;
    if (fromTools.some((part) => part.includes(words))) return 'outside';
    if (!fromOthers.some((part) => part.includes(words))) return undefined;
    const terms = [...new Set(analyse(text))];
    const theirs = terms.filter((term) => termsOfTools.has(term) && !termsOfPersons.has(term));
    return theirs.length > terms.length * MOST_FROM_TOOLS ? 'outside' : 'agent';
  };
}

/** For the comparison of words: folded, one space for each run of spaces. */
export function squeezed(text: string): string {
  return fold(text).replaceAll(/\s+/g, ' ').trim();
}

function weightOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (isHan(character) ? 2 : 1), 0);
}

function squeezedOf(texts: readonly string[]): string[] {
  return texts.map((text) => squeezed(text));
}

function termsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => analyse(text.slice(0, LOOKED_AT))));
}
