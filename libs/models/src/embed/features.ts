/** How much a whole word counts, as a squared length. */
const WHOLE = 1;
/** How much all its parts together count: as much, since BM25, which is asked beside it, knows whole words already. */
const PARTS = 1;
/** A single Han character is in many words; a pair of them is nearly always one word. */
const HAN_CHARACTER = 0.5;
const SHORTEST_PART = 3;
const LONGEST_PART = 5;
/** Of a longer word (a URL, a hash) the parts of this much are taken, UTF-16 units. */
const MAX_WORD = 40;
const HAN = /^\p{Script=Han}+$/u;
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The places of a term in a vector, each with what is added there. */
export interface Features {
  readonly places: Int32Array;
  readonly weights: Float32Array;
}

/**
 * The hashed features of one term of the analyser: the term itself and, unless it is of Han, all runs of 3 to 5
 * characters of `<term>`. Place and sign come from one hash (signed feature hashing, Weinberger et al. 2009), so that
 * terms that share a place by chance cancel one another on average.
 */
export function featuresOf(term: string, dimensions: number): Features {
  const han = HAN.test(term);
  const parts = han ? [] : partsOf(`<${term.slice(0, MAX_WORD)}>`);
  const places = new Int32Array(parts.length + 1);
  const weights = new Float32Array(parts.length + 1);
  const each = Math.sqrt(PARTS / Math.max(1, parts.length));
  place(0, hash(`=${term}`), han && term.length === 1 ? HAN_CHARACTER : WHOLE);
  for (const [at, part] of parts.entries()) place(at + 1, hash(part), each);
  return { places, weights };

  function place(at: number, hashed: number, weight: number): void {
    // The sign is of a bit that the place does not depend on.
    places[at] = (hashed >>> 1) % dimensions;
    weights[at] = hashed & 1 ? weight : -weight;
  }
}

function partsOf(word: string): string[] {
  const characters = Array.from(word);
  const parts: string[] = [];
  for (let length = SHORTEST_PART; length <= LONGEST_PART; length += 1) {
    for (let at = 0; at + length <= characters.length; at += 1) parts.push(characters.slice(at, at + length).join(''));
  }
  return parts;
}

/** FNV-1a over UTF-16 units, with the last mixing of MurmurHash3: FNV alone leaves its low bits alike for like words. */
function hash(text: string): number {
  let value = OFFSET_BASIS;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), PRIME);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
