const SHORTEST = 4;
const MOST = 3;

/** The terms that a word may be a misspelling, a beginning or a longer form of, the likeliest first. */
export function nearTerms(word: string, terms: Iterable<string>): string[] {
  if (word.length < SHORTEST) return [];
  const found: { term: string; by: number }[] = [];
  for (const term of terms) {
    if (term.length < SHORTEST || term[0] !== word[0]) continue;
    const by = term.startsWith(word) || word.startsWith(term) ? 0.5 : slips(word, term);
    if (by <= (word.length < 8 ? 1 : 2)) found.push({ term, by });
  }
  return found
    .toSorted((a, b) => a.by - b.by || (a.term < b.term ? -1 : 1))
    .slice(0, MOST)
    .map(({ term }) => term);
}

/** Letters that were left out, added, exchanged or mistaken (Damerau, Levenshtein); 3 for anything above 2. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (older[j - 2] ?? 0) + 1);
      row.push(least);
    }
    older = last;
    last = row;
    if (Math.min(...row) > 2) return 3;
  }
  return last[b.length] ?? 3;
}
