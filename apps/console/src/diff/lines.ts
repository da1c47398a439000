import { structuredPatch } from 'diff';

/** One line of a diff. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
  /** Line numbers on both sides; undefined where the line is not there. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Unchanged lines that are shown around a change, where nothing else is said. */
const CONTEXT = 3;
/** Longer than this, two texts are not compared but shown as taken out and put in. */
const MOST_MS = 2000;

/**
 * What changed from one text to the other, line by line, with `context` unchanged lines around each change; Infinity: all.
 *
 * @returns undefined where the texts are too different to be compared in two seconds.
 */
export function diffLines(before: string, after: string, context = CONTEXT): DiffLine[] | undefined {
  const patch = structuredPatch('', '', before, after, '', '', { context, timeout: MOST_MS });
  if (!patch) return undefined;
  const lines: DiffLine[] = [];
  for (const { lines: texts, newStart, oldStart } of patch.hunks) {
    let [old, now] = [oldStart, newStart];
    // Nothing was left out before a change at the very beginning.
    if (old > 1 || now > 1) lines.push({ kind: 'skipped', text: '', before: old, after: now });
    for (const text of texts) {
      const rest = text.slice(1);
      if (text.startsWith('+')) lines.push({ kind: 'added', text: rest, before: undefined, after: now++ });
      else if (text.startsWith('-')) lines.push({ kind: 'removed', text: rest, before: old++, after: undefined });
      else if (text.startsWith(' ')) lines.push({ kind: 'same', text: rest, before: old++, after: now++ });
    }
  }
  return lines;
}
