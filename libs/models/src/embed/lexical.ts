import { setImmediate } from 'node:timers/promises';

import { analyse } from '@holdfast/text';

import { inBatches } from './batches.ts';
import type { Embedder } from './embedder.ts';
import { type Features, featuresOf } from './features.ts';
import { toUnit } from './vector.ts';

/** To be raised whenever the vector of any text changes, by the analyser too: then all texts are embedded again. */
const VERSION = 1;
/** So many are kept and noted in one transaction: each costs a wait for the disk. */
const MAX_BATCH = 1024;
/** After so many texts others have their turn. */
const AT_ONCE = 32;
/** So much of a text counts, UTF-16 units: what comes after moves the vector of a text that long very little. */
const MAX_CHARS = 200_000;
const KEPT_TERMS = 50_000;
/** What a text without a term has: its vector is near those of other such texts only. */
const NO_TERM = '\0';

interface Counted extends Features {
  /** How often the text that is being read has the term; 0 between texts. */
  count: number;
}

/**
 * The embedder that is always there: hashed words and parts of words (see `featuresOf`), weighted by the square root of
 * how often they occur, at unit length. It finds inflected and misspelt words and names, not synonyms.
 *
 * How rare a word is does not count: that would need the whole store, and a vector would change with texts of others.
 * The analyser leaves stop words out; BM25, which is asked beside it, does know how rare words are.
 *
 * A text has the same vector on every machine: nothing but hashes, and sums and square roots of IEEE 754.
 */
export function createLexicalEmbedder(dimensions: number): Embedder {
  const id = `lexical/v${VERSION}/${dimensions}`;
  const kept = new Map<string, Counted>();

  const featuresFor = (term: string): Counted => {
    const before = kept.get(term);
    if (before) return before;
    const made = { ...featuresOf(term, dimensions), count: 0 };
    kept.set(term, made);
    return made;
  };

  const embedOne = (text: string): Float32Array => {
    // Between texts only: a term must not be counted in two places.
    if (kept.size >= KEPT_TERMS) kept.clear();
    const terms = analyse(text.slice(0, MAX_CHARS));
    const distinct: Counted[] = [];
    for (const term of terms.length === 0 ? [NO_TERM] : terms) {
      const features = featuresFor(term);
      if (features.count === 0) distinct.push(features);
      features.count += 1;
    }
    const sums = new Float64Array(dimensions);
    for (const features of distinct) {
      add(sums, features, Math.sqrt(features.count));
      features.count = 0;
    }
    const vector = new Float32Array(sums);
    if (!toUnit(vector)) {
      // Terms have cancelled one another to the last: next to impossible, and still a vector is promised.
      add(sums, featuresFor(NO_TERM), 1);
      vector.set(sums);
      toUnit(vector);
    }
    return vector;
  };

  return {
    id,
    dimensions,
    kind: 'lexical',
    maxBatch: MAX_BATCH,
    embed: (texts, _purpose, signal) =>
      inBatches(texts, AT_ONCE, id, signal, async (part) => {
        // Between two parts others have their turn.
        await setImmediate();
        return part.map(embedOne);
      }),
    close: async () => kept.clear(),
  };
}

function add(sums: Float64Array, { places, weights }: Features, factor: number): void {
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? 0;
    sums[place] = (sums[place] ?? 0) + (weights[at] ?? 0) * factor;
  }
}
