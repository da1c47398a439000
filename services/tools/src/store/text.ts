import { diff3Merge, diffIndices } from 'node-diff3';

/** Above so many bytes a file is not compared line by line. */
export const MAX_TEXT_BYTES = 1024 * 1024;
const CONTEXT_LINES = 3;

/** The text of a content; undefined where it is none: not UTF-8, or with NUL. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: it is no text that could be compared.
    return undefined;
  }
}

/** Three texts made one. */
export interface Merge {
  /** False: both changed the same place; `text` shows both there between marks. */
  readonly clean: boolean;
  readonly text: string;
  /** How many places both changed. */
  readonly conflicts: number;
}

/** Puts the changes of two texts, that both come from `base`, together. */
export function mergeTexts(
  base: string,
  mine: string,
  theirs: string,
  labels: { readonly mine: string; readonly theirs: string },
): Merge {
  const regions = diff3Merge(linesOf(mine), linesOf(base), linesOf(theirs), { excludeFalseConflicts: true });
  let conflicts = 0;
  const text = regions
    .map(({ ok, conflict }) => {
      if (!conflict) return (ok ?? []).join('');
      conflicts++;
      const side = (lines: readonly string[]) =>
        lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('');
      return `<<<<<<< ${labels.mine}\n${side(conflict.a)}=======\n${side(conflict.b)}>>>>>>> ${labels.theirs}\n`;
    })
    .join('');
  return { clean: conflicts === 0, text, conflicts };
}

/** The difference of two texts in unified form; empty where there is none. */
export function unifiedDiff(
  before: string,
  after: string,
  names: { readonly before: string; readonly after: string },
): string {
  const [a, b] = [linesOf(before), linesOf(after)];
  const changes = diffIndices(a, b).map(({ buffer1: [a0, aLength], buffer2: [b0, bLength] }) => ({
    a0,
    a1: a0 + aLength,
    b0,
    b1: b0 + bLength,
  }));
  if (changes.length === 0) return '';
  const hunks: (typeof changes)[] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.a0 - last.a1 <= 2 * CONTEXT_LINES) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  const out = [`--- ${names.before}\n`, `+++ ${names.after}\n`];
  for (const hunk of hunks) {
    const [first, last] = [hunk[0], hunk.at(-1)];
    if (!first || !last) continue;
    const lead = Math.min(CONTEXT_LINES, first.a0);
    const trail = Math.min(CONTEXT_LINES, a.length - last.a1);
    const [a0, a1, b0, b1] = [first.a0 - lead, last.a1 + trail, first.b0 - lead, last.b1 + trail];
    out.push(`@@ -${range(a0, a1)} +${range(b0, b1)} @@\n`);
    let at = a0;
    for (const change of hunk) {
      for (const line of a.slice(at, change.a0)) out.push(marked(' ', line));
      for (const line of a.slice(change.a0, change.a1)) out.push(marked('-', line));
      for (const line of b.slice(change.b0, change.b1)) out.push(marked('+', line));
      at = change.a1;
    }
    for (const line of a.slice(at, a1)) out.push(marked(' ', line));
  }
  return out.join('');
}

/** Lines with their ends, so that the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function range(from: number, to: number): string {
  const count = to - from;
  if (count === 1) return String(from + 1);
  return `${count === 0 ? from : from + 1},${count}`;
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;
}
