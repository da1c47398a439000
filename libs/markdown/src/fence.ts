/** A fenced code block that has begun at the top level of a document. */
export interface Fence {
  readonly marker: '`' | '~';
  /** Markers that the closing line needs at least. */
  readonly length: number;
}

const OPENING = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** The fence that the first line of a text opens, if it does. */
export function openFence(text: string): Fence | undefined {
  const [, run, info = ''] = OPENING.exec(text.slice(0, text.indexOf('\n'))) ?? [];
  if (run === undefined) return undefined;
  if (run.startsWith('~')) return { marker: '~', length: run.length };
  return info.includes('`') ? undefined : { marker: '`', length: run.length };
}

/**
 * Looks for the line that closes a fence, among whole lines.
 *
 * @param from start of the first line to look at.
 * @returns where the line after the last one that was looked at begins: the closing one, or the last that is whole.
 */
export function lineAfterFence(text: string, from: number, fence: Fence): { closed: boolean; next: number } {
  let next = from;
  for (let end = text.indexOf('\n', next); end >= 0; end = text.indexOf('\n', next)) {
    const line = text.slice(next, end);
    next = end + 1;
    if (closes(line, fence)) return { closed: true, next };
  }
  return { closed: false, next };
}

function closes(line: string, fence: Fence): boolean {
  const run = CLOSING.exec(line)?.[1];
  return run !== undefined && run.startsWith(fence.marker) && run.length >= fence.length;
}
