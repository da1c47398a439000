import { COMMON } from './data/common.ts';
import { hintsOf } from './hints.ts';
import { plainWords } from './phrases.ts';
import { type Service, serviceOf, servicesIn } from './services.ts';
import { stem } from './stem.ts';
import { hanWords, relatedTo, synonymsOf } from './synonyms.ts';
import { isHan, pairsOf, wordsOf } from './tokens.ts';

/** A term that a concept may be meant by. */
export interface Variant {
  readonly term: string;
  readonly weight: number;
}

/** A word of a query, with what else would mean it. */
export interface Concept {
  readonly variants: readonly Variant[];
  /** The names, where it is a service. */
  readonly service?: readonly string[];
}

/** What of the words of all tools a query is read with. */
export interface Vocabulary {
  has(term: string): boolean;
  /** Terms that the word may be a misspelling, a beginning or a longer form of. */
  near(term: string): readonly string[];
}

const SYNONYM = 0.55;
const RELATED = 0.4;
const ABOUT_SERVICE = 0.3;
const TRANSLATION = 0.9;
const FURTHER_TRANSLATION = 0.7;
const VAGUE_HAN = 0.5;
const HINT = 0.6;
const COMMON_WORD = 0.4;
const NEAR = 0.6;
const SHORTEST_PART = 3;

const common = new Set(COMMON.trim().split(/\s+/));

/** What a query asks for, one concept for each word. */
export function conceptsOf(query: string, vocabulary: Vocabulary): Concept[] {
  const concepts: Concept[] = [];
  const known = new Set<string>();
  const add = (concept: Concept): void => {
    const key = concept.variants[0]?.term ?? '';
    if (!known.has(key)) concepts.push(concept);
    known.add(key);
  };
  let before = '';
  for (const word of wordsOf(plainWords(query), (whole) => vocabulary.has(stem(whole)) || !!serviceOf(whole))) {
    if (isHan(word)) for (const concept of ofHan(word)) add(concept);
    else {
      const joined = serviceOf(before + word) ?? undefined;
      if (before !== '' && joined) add(ofService(joined));
      else if (before !== '' && vocabulary.has(stem(before + word)))
        add({ variants: [{ term: stem(before + word), weight: 1 }] });
      for (const concept of ofLatin(word, vocabulary)) add(concept);
    }
    before = isHan(word) ? '' : word;
  }
  for (const word of wordsOf(hintsOf(query))) add({ variants: [{ term: stem(word), weight: HINT }] });
  return concepts;
}

function ofLatin(word: string, vocabulary: Vocabulary): Concept[] {
  const service = serviceOf(word);
  if (service) return [ofService(service)];
  const term = stem(word);
  if (common.has(word)) return [{ variants: [{ term, weight: COMMON_WORD }] }];
  const variants = withSynonyms([term], 1);
  if (variants.some(({ term: one }) => vocabulary.has(one))) return [{ variants }];
  const parts = partsOf(word, vocabulary);
  if (parts.length > 0) return parts.map((part) => ({ variants: withSynonyms([part], 1) }));
  return [{ variants: [...variants, ...vocabulary.near(term).map((one) => ({ term: one, weight: NEAR }))] }];
}

/** A known word counts once, in Han or in English; what is not known by its pairs of characters. */
function* ofHan(run: string): Generator<Concept> {
  const { services, rest } = servicesIn(run);
  for (const service of services) yield ofService(service);
  for (const part of rest) {
    for (const { english, vague } of hanWords(part)) {
      if (english.length === 0) continue;
      yield { variants: withSynonyms(english, vague ? VAGUE_HAN : TRANSLATION) };
    }
    const pairs = pairsOf(part);
    for (const pair of pairs) yield { variants: [{ term: pair, weight: 1 }] };
    if (pairs.length === 0) yield { variants: [{ term: part, weight: 1 }] };
  }
}

function ofService({ names, about }: Service): Concept {
  const own = names.map((term) => ({ term, weight: 1 }));
  return { variants: [...own, ...about.map((term) => ({ term, weight: ABOUT_SERVICE }))], service: names };
}

/** "webpage" as "web" and "page", where both are words of tools. */
function partsOf(word: string, vocabulary: Vocabulary): readonly string[] {
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at += 1) {
    const parts = [stem(word.slice(0, at)), stem(word.slice(at))];
    if (parts.every((part) => vocabulary.has(part))) return parts;
  }
  return [];
}

function withSynonyms(words: readonly string[], weight: number): readonly Variant[] {
  const weights = new Map<string, number>();
  words.forEach((term, at) => weights.set(term, at === 0 ? weight : Math.min(weight, FURTHER_TRANSLATION)));
  for (const first of words.slice(0, 1)) {
    for (const term of synonymsOf(first)) if (!weights.has(term)) weights.set(term, weight * SYNONYM);
    for (const term of relatedTo(first)) if (!weights.has(term)) weights.set(term, weight * RELATED);
  }
  return [...weights].map(([term, of]) => ({ term, weight: of }));
}
