import { valueOf } from './value.ts';

/** Characters that can separate cells. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
const MAX_LINES = 200;

/** The delimiter that cuts most lines of a sample into the same number of cells; a comma where none does. */
export function detectDelimiter(sample: string): string {
  let best = { delimiter: ',', share: 0, cells: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = countPerLine(sample, delimiter);
    const usual = mode(counts.filter((count) => count > 0));
    if (usual === undefined) continue;
    const share = counts.filter((count) => count === usual).length / counts.length;
    if (share > best.share + 0.001 || (share > best.share - 0.001 && usual > best.cells)) {
      best = { delimiter, share, cells: usual };
    }
  }
  return best.delimiter;
}

/** Whether a first record names the columns: most cells hold words, and none a number, a date or a truth value. */
export function looksLikeHeader(record: readonly string[], decimalComma: boolean): boolean {
  const kinds = record.map((cell) => valueOf(cell, decimalComma).kind);
  const words = kinds.filter((kind) => kind === 'text').length;
  return words * 2 > kinds.length && kinds.every((kind) => kind === 'text' || kind === 'missing');
}

function countPerLine(sample: string, delimiter: string): number[] {
  const counts: number[] = [];
  let count = 0;
  let quoted = false;
  let empty = true;
  for (const character of sample) {
    if (character === '"') quoted = !quoted;
    if (character === '\n' && !quoted) {
      if (!empty) counts.push(count);
      if (counts.length === MAX_LINES) return counts;
      count = 0;
      empty = true;
      continue;
    }
    if (character !== '\r') empty = false;
    if (character === delimiter && !quoted) count += 1;
  }
  // The last line may be cut off: it counts only where it is the only one.
  if (counts.length === 0 && !empty) counts.push(count);
  return counts;
}

function mode(counts: readonly number[]): number | undefined {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0];
}
