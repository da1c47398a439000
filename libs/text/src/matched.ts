import { queryTerms } from './analyse.ts';
import { isHan, simplified } from './han.ts';
import { normalised, visitTokens } from './tokens.ts';

/** The words of a text, as they stand in it, that share a term with the query; each once, in order. */
export function matchedIn(query: string, text: string): string[] {
  const asked = new Set(queryTerms(query));
  const plain = normalised(text);
  // Nearly every compatibility form is as long as what it stands for: then positions hold for the text itself.
  const original = plain.length === text.length ? text : plain;
  const words = new Set<string>();
  visitTokens(plain, (start, end, kind, found) => {
    if (kind === 'han') {
      for (const run of askedRuns(asked, plain.slice(start, end))) words.add(run);
      return;
    }
    if ([...found.terms, ...found.stops].some((term) => asked.has(term))) words.add(original.slice(start, end));
  });
  return [...words];
}

/** The longest stretches of a run of Han that pairs of the query cover; single characters only where no pair does. */
function askedRuns(asked: ReadonlySet<string>, run: string): string[] {
  const standing = Array.from(run);
  const characters = Array.from(simplified(run));
  const covered = characters.map(() => false);
  for (const [at, character] of characters.entries()) {
    const next = characters[at + 1];
    if (next === undefined || !asked.has(character + next)) continue;
    covered[at] = true;
    covered[at + 1] = true;
  }
  if (!covered.includes(true)) {
    const alone = characters.length === 1 || ![...asked].some((term) => isHan(term.slice(0, 1)) && term.length > 1);
    return alone ? standing.filter((_, at) => asked.has(characters[at] ?? '')) : [];
  }
  const runs: string[] = [];
  let open = '';
  for (const [at, character] of standing.entries()) {
    if (covered[at]) open += character;
    else if (open !== '') {
      runs.push(open);
      open = '';
    }
  }
  return open === '' ? runs : [...runs, open];
}
