import { pairsOf, simplified } from './han.ts';
import { countsOf } from './numbers.ts';
import { HAN_STOPS } from './stop-words.ts';
import type { Terms } from './words.ts';

/** A run of Han: single characters and pairs, and the counts in it as digits. */
export function hanTerms(run: string): Terms {
  const characters = Array.from(simplified(run));
  const terms: string[] = [];
  const stops: string[] = [];
  for (const [at, character] of characters.entries()) {
    if (HAN_STOPS.has(character)) stops.push(character);
    else terms.push(character);
    const next = characters[at + 1];
    if (next !== undefined) terms.push(character + next);
  }
  return { terms: [...terms, ...countsOf(run)], stops };
}

/** A run of a script that is written without spaces: pairs of characters, or the one that there is. */
export function unspacedTerms(run: string): Terms {
  const characters = Array.from(run);
  return { terms: characters.length === 1 ? characters : pairsOf(characters), stops: [] };
}

/** A Korean word: as it stands, and by pairs of syllables, since particles are written onto it. */
export function hangulTerms(word: string): Terms {
  const characters = Array.from(word);
  const whole = characters.slice(0, 16).join('');
  return { terms: characters.length > 2 ? [whole, ...pairsOf(characters)] : [whole], stops: [] };
}
