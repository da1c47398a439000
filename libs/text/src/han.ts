import traditionalPairs from 'opencc-js/dict/TSCharacters';

const HAN = /^\p{Script=Han}$/u;
const ANY_HAN = /\p{Script=Han}/u;
const FIRST_TRADITIONAL = '\u3400';

let simplifiedOf: Map<string, string> | undefined;

/** Whether this is one Han character. */
export function isHan(character: string): boolean {
  return HAN.test(character);
}

/**
 * Traditional characters as simplified ones, the rest as it stands. Character by character and without regard to words:
 * what stands beside a character must not change what it becomes, or a part of a text would not be found in it.
 */
export function simplified(text: string): string {
  if (!ANY_HAN.test(text)) return text;
  simplifiedOf ??= readPairs(traditionalPairs);
  let result = '';
  for (const character of text) {
    result += character < FIRST_TRADITIONAL ? character : (simplifiedOf.get(character) ?? character);
  }
  return result;
}

/** Characters, one by one, that two beside one another make a pair of. */
export function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((second, at) => `${characters[at] ?? ''}${second}`);
}

function readPairs(pairs: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of pairs.split('|')) {
    const [traditional, first] = pair.split(' ');
    if (traditional && first) map.set(traditional, first);
  }
  // What is simplified once stays as it is: of a few pairs the second is traditional in turn.
  for (const [traditional, first] of map) map.set(traditional, map.get(first) ?? first);
  return map;
}
