import { analyse, fold } from '@holdfast/text';

import type { MemoryRecord } from '../record.ts';
import type { Query } from './query.ts';
import type { Stretch } from './time.ts';

/** Chosen on an outside benchmark and checked on dev questions of our own: docs/recall.md, with how far that carries. */
const ASKS = 0.8;
const BY_SPEAKER = 1.15;
const SAYS_WHEN = 1.3;
const IN_STRETCH = 1.25;
const HAS_PHRASE = 1.5;

const ENDS_ASKING = /[?？]["'”’)\]]*\s*(?:\[[^\]]*\])?\s*$/u;
const TIME_WORDS =
  /\b(?:yesterday|today|tonight|tomorrow|ago|last|next|this (?:week|month|year|morning|weekend)|weeks?|months?|years?|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|recently|soon|[12]\d{3})\b|[昨今明前后後去]天|[昨今]晚|[去今明前]年|[上下这這本]个?個?(?:周|週|月|星期|礼拜|禮拜)|周末|週末|最近|[0-9一二三四五六七八九十两兩几幾]个?個?(?:年|月|天|周|週|星期|日|号|號)/iu;

/**
 * What a memory's score is multiplied by for what the question says beside its words: whose words it is after, when, and
 * whether it asks for a time. A turn that only asks is seldom the answer.
 */
export function hintOf(query: Query, stretch: Stretch | undefined, record: MemoryRecord): number {
  let factor = 1;
  if (record.kind === 'turn') {
    if (ENDS_ASKING.test(record.text)) factor *= ASKS;
    if (namesSpeaker(query, record)) factor *= BY_SPEAKER;
  }
  if (query.asksWhen && TIME_WORDS.test(record.text)) factor *= SAYS_WHEN;
  // A part of a document has the time at which it was read.
  if (stretch && record.kind !== 'chunk' && record.at >= stretch.from && record.at < stretch.until) {
    factor *= IN_STRETCH;
  }
  if (query.phrases.length > 0) {
    const text = fold(record.text);
    if (query.phrases.some((phrase) => text.includes(phrase))) factor *= HAS_PHRASE;
  }
  return factor;
}

function namesSpeaker(query: Query, { provenance, attributes }: MemoryRecord): boolean {
  const { speaker } = attributes;
  const name = typeof speaker === 'string' ? speaker : provenance.author;
  return name !== '' && analyse(name).some((term) => term.length > 1 && query.terms.includes(term));
}
