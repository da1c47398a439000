import { fold, nameKey, queryTerms } from '@holdfast/text';

/** What is read out of a question before anything is asked. */
export interface Query {
  readonly text: string;
  /** Distinct terms, without what a question is asked with. */
  readonly terms: readonly string[];
  /** Folded; what stands in quotation marks. */
  readonly phrases: readonly string[];
  /** `nameKey`s of everything in it that could be a name. */
  readonly names: readonly string[];
  /** It asks for a time. */
  readonly asksWhen: boolean;
}

const QUOTED = /"([^"]{2,200})"|“([^”]{2,200})”|「([^」]{2,200})」|『([^』]{2,200})』|《([^》]{1,200})》/gu;
const WHEN =
  /^\s*(?:when\b|how long\b|since when\b|(?:on |in )?(?:what|which) (?:date|day|month|year|time)\b)|什么时候|什麼時候|何时|何時|哪一?[年月天日]|几[月号]|幾[月號]|多久/iu;
/** A name has at most so many words, and so many Han. */
const NAME_WORDS = 4;
const NAME_HAN = 6;
const MOST_NAMES = 256;
/** So much of a question is looked at. */
const MOST_CHARS = 4_000;

/** Reads a question; takes any text. */
export function readQuery(text: string): Query {
  const read = text.slice(0, MOST_CHARS);
  const phrases = [...read.matchAll(QUOTED)].map((match) => fold(match.slice(1).find(Boolean) ?? '').trim());
  return {
    text: read,
    terms: queryTerms(read),
    phrases: [...new Set(phrases.filter((phrase) => phrase !== ''))],
    names: namesIn(read),
    asksWhen: WHEN.test(read),
  };
}

/**
 * Whatever could be the name of an entity: runs of up to four words, and of two to six Han. Which of them are names the
 * graph tells, in one look-up; so a name is found in lower case as well, or at the beginning of a question.
 */
function namesIn(text: string): readonly string[] {
  const keys = new Set<string>();
  const add = (name: string) => {
    const key = nameKey(name);
    if (key !== '' && keys.size < MOST_NAMES) keys.add(key);
  };
  const words = text
    .replaceAll(/['’]s\b/gu, '')
    .split(/[^\p{L}\p{N}_.@/-]+/u)
    .map((word) => word.replaceAll(/^[.-]+|[.-]+$/gu, ''))
    .filter((word) => word !== '');
  for (let length = 1; length <= NAME_WORDS; length += 1) {
    for (let at = 0; at + length <= words.length; at += 1) {
      const run = words.slice(at, at + length).join(' ');
      if (run.length > 1) add(run);
    }
  }
  for (const [run] of text.matchAll(/\p{Script=Han}+/gu)) {
    const characters = Array.from(run);
    for (let length = 2; length <= NAME_HAN; length += 1) {
      for (let at = 0; at + length <= characters.length; at += 1) add(characters.slice(at, at + length).join(''));
    }
  }
  return [...keys];
}
