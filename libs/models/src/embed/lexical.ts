import { setImmediate } from 'node:timers/promises';

import { analyse } from '@holdfast/text';

import { inBatches } from './batches.ts';
import type { Embedder } from './embedder.ts';
import { type Features, featuresOf } from './features.ts';
import { toUnit } from './vector.ts';

/** To be raised whenever the vector of any text changes, by the analyser too: then all texts are embedded again. */
const VERSION = 1;
const MAX_BATCH = 64;
/** So much of a text counts, UTF-16 units: what comes after moves the vector of a text that long very little. */
const MAX_CHARS = 200_000;
const KEPT_TERMS = 20_000;
/** What a text without a term has: its vector is near those of other such texts only. */
const NO_TERM = '\0';

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
  const kept = new Map<string, Features>();

  const features = (term: string): Features => {
    const before = kept.get(term);
    if (before) return before;
    const made = featuresOf(term, dimensions);
    if (kept.size >= KEPT_TERMS) kept.clear();
    kept.set(term, made);
    return made;
  };

  const embedOne = (text: string): Float32Array => {
    const counts = new Map<string, number>();
    const terms = analyse(text.slice(0, MAX_CHARS));
    for (const term of terms.length === 0 ? [NO_TERM] : terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    const sums = new Float64Array(dimensions);
    for (const [term, count] of counts) add(sums, features(term), Math.sqrt(count));
    const vector = new Float32Array(sums);
    if (!toUnit(vector)) {
      // Terms have cancelled one another to the last: next to impossible, and still a vector is promised.
      add(sums, features(NO_TERM), 1);
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
      inBatches(texts, MAX_BATCH, id, signal, async (part) => {
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
