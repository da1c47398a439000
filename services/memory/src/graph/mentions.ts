import { isHan, nameKey, sentencesOf } from '@holdfast/text';

/** A name that occurs in a text. */
export interface Mention {
  /** As it stands. */
  readonly name: string;
  readonly key: string;
}

const MOST = { characters: 20_000, mentions: 200 };
const QUOTED = /《([^》\n]{1,80})》|「([^」\n]{1,80})」|“([^”\n]{1,80})”|"([^"\n]{1,80})"/gu;
const HANDLE = /(?<![\p{L}\p{N}_.])@[\p{L}\p{N}_-]{2,40}/gu;
/** camelCase, snake_case, names of files, and paths. */
const IDENTIFIER =
  /(?<![\p{L}\p{N}_])(?:\p{Ll}+(?:\p{Lu}[\p{Ll}\d]+)+|[A-Za-z]\w*_\w+|(?:\.{0,2}\/)?(?:[\w.-]+\/)+[\w.-]+|[\w-]+\.(?:ts|js|tsx|jsx|py|go|rs|java|c|h|cpp|md|txt|json|ya?ml|toml|sh|sql|csv|pdf|docx|xlsx|html|css))(?![\p{L}\p{N}_])/gu;
const CAPITALS = /\p{Lu}[\p{L}\p{N}&-]*(?: \p{Lu}[\p{L}\p{N}&-]*)*/gu;
const COMMON = new Set('I He She It We They You My The A An This That'.split(' '));

/**
 * Names of people, places, products, files and identifiers that occur in a text, each once, in no order. A word that
 * has its capital only because a sentence begins with it is none, unless it has one elsewhere too.
 */
export function mentionsOf(text: string): readonly Mention[] {
  const read = text.slice(0, MOST.characters).toWellFormed();
  const found = new Map<string, Mention>();
  const add = (name: string) => {
    const key = nameKey(name);
    if (key !== '' && found.size < MOST.mentions && !found.has(key)) found.set(key, { name, key });
  };
  for (const match of read.matchAll(QUOTED)) add((match.slice(1).find(Boolean) ?? '').trim());
  for (const [handle] of read.matchAll(HANDLE)) add(handle);
  for (const [identifier] of read.matchAll(IDENTIFIER)) add(identifier);
  const first: string[] = [];
  for (const sentence of sentencesOf(read)) {
    for (const match of sentence.matchAll(CAPITALS)) {
      const words = match[0].split(' ');
      while (words.length > 0 && COMMON.has(words[0] ?? '')) words.shift();
      if (words.length === 0) continue;
      const begins = match.index === 0 && words.length === 1 && !Array.from(sentence).some(isHan);
      if (begins) first.push(words[0] ?? '');
      else add(words.join(' '));
    }
  }
  // Known by now from another place.
  for (const word of first) if (/\p{Lu}.*\p{Lu}/u.test(word)) add(word);
  return [...found.values()];
}
