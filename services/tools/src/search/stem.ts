/** Words that would be taken for forms of others, which tools have everywhere. */
const OTHERS = new Map([
  ['listing', 'listing'],
  ['listings', 'listing'],
  ['setting', 'setting'],
  ['settings', 'setting'],
]);
const VOWEL = /[aeiouy]/;

/**
 * A word without its commonest English endings, so that "merging", "merged" and "merge" are one. Not linguistics: it is
 * applied to both sides, and need only be the same for forms of one word.
 */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  return OTHERS.get(word) ?? dropSilentE(dropVerbEnding(dropPlural(word)));
}

function dropPlural(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:[sxz]|[cs]h)es$/.test(word)) return word.slice(0, -2);
  return /[^suai]s$/.test(word) ? word.slice(0, -1) : word;
}

function dropVerbEnding(word: string): string {
  for (const ending of ['ing', 'ed', 'ion']) {
    const rest = word.slice(0, -ending.length);
    if (!word.endsWith(ending) || rest.length < 3 || !VOWEL.test(rest)) continue;
    if (ending === 'ion' && (!/[ts]$/.test(rest) || rest.length < 5)) continue;
    return /([bdgklmnprt])\1$/.test(rest) && ending !== 'ion' ? rest.slice(0, -1) : rest;
  }
  return word;
}

function dropSilentE(word: string): string {
  if (word.length > 3 && word.endsWith('e')) return word.slice(0, -1);
  return word.length > 4 && word.endsWith('y') ? `${word.slice(0, -1)}i` : word;
}
