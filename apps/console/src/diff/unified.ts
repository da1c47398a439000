import type { DiffLine } from './lines.ts';

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of a diff in unified form, with their numbers. What stands before the first hunk is left out. */
export function unifiedLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let [before, after] = [0, 0];
  let inHunk = false;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const [, old, now] = HUNK.exec(line) ?? [];
    if (old !== undefined && now !== undefined) {
      inHunk = true;
      [before, after] = [Number(old), Number(now)];
      if (before > 1 || after > 1) lines.push({ kind: 'skipped', text: '', before, after });
      continue;
    }
    if (!inHunk) continue;
    const text = line.slice(1);
    if (line.startsWith('+')) lines.push({ kind: 'added', text, before: undefined, after: after++ });
    else if (line.startsWith('-')) lines.push({ kind: 'removed', text, before: before++, after: undefined });
    // "\ No newline at end of file" is no line of either.
    else if (!line.startsWith('\\')) lines.push({ kind: 'same', text, before: before++, after: after++ });
  }
  return lines;
}
