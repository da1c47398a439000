import { HAN } from './data/han.ts';
import { HAN_MORE } from './data/han-more.ts';
import { HAN_SINGLE } from './data/han-single.ts';
import { RELATED } from './data/related.ts';
import { SAME } from './data/same.ts';
import { stem } from './stem.ts';

const groups = new Map<string, Set<string>>();
for (const line of SAME.trim().split('\n')) {
  const words = line.split(' ').map((word) => stem(word.replaceAll('-', '')));
  for (const word of words) {
    const others = groups.get(word) ?? new Set();
    groups.set(word, others);
    for (const other of words) if (other !== word) others.add(other);
  }
}

const related = new Map<string, Set<string>>();
for (const line of RELATED.trim().split('\n')) {
  const [said = '', meant = ''] = line.split(': ');
  const word = stem(said.replaceAll('-', ''));
  related.set(
    word,
    new Set([...(related.get(word) ?? []), ...meant.split(' ').map((one) => stem(one.replaceAll('-', '')))]),
  );
}

const han = new Map<string, readonly string[]>();
let longest = 0;
const vague = new Set<string>();
for (const entry of HAN_SINGLE.trim().split('|')) {
  const [character = '', ...english] = entry.split(' ');
  vague.add(character);
  han.set(character, english.map(stem));
}
for (const entry of `${HAN.trim()}\n${HAN_MORE.trim()}`.split(/[|\n]/)) {
  const [word = '', ...english] = entry.split(/[ -]/);
  han.set(word, [...new Set([...(han.get(word) ?? []), ...english.map(stem)])]);
  longest = Math.max(longest, word.length);
}

/** Stems that mean much the same as this stem, without itself. */
export function synonymsOf(word: string): readonly string[] {
  return [...(groups.get(word) ?? [])];
}

/** Stems that a tool may have that does what this stem is said for. */
export function relatedTo(word: string): readonly string[] {
  return [...(related.get(word) ?? [])];
}

/** A stretch of Han characters, with its English stems where it is a known word. */
export interface HanWord {
  readonly text: string;
  readonly english: readonly string[];
  /** A single character that means much besides. */
  readonly vague: boolean;
}

/** A text of Han characters as known words, the longest first, and the stretches between them. */
export function hanWords(text: string): readonly HanWord[] {
  const found: HanWord[] = [];
  let unknown = '';
  const flush = (): void => {
    if (unknown !== '') found.push({ text: unknown, english: [], vague: false });
    unknown = '';
  };
  for (let at = 0; at < text.length; ) {
    let length = Math.min(longest, text.length - at);
    while (length > 0 && !han.has(text.slice(at, at + length))) length -= 1;
    if (length === 0) {
      unknown += text.charAt(at);
      at += 1;
      continue;
    }
    flush();
    const word = text.slice(at, at + length);
    found.push({ text: word, english: han.get(word) ?? [], vague: vague.has(word) });
    at += length;
  }
  flush();
  return found;
}
