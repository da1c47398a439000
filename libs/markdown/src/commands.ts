import { lineAfterFence, openFence } from './fence.ts';

/** A command that a report lists for its readers, and the marker that stands for it in the text. */
export interface ListedCommand {
  /** With its brackets, such as `[L1]`. */
  readonly marker: string;
  readonly command: string;
}

const HEAD = /^\s*#\s*(\[[A-Z]?\d{1,4}\])/;

/** The commands in the code blocks of a document: each below a line `# [n]`, up to the next such line. */
export function commandsIn(document: string): ListedCommand[] {
  const listed: ListedCommand[] = [];
  for (let from = 0; from < document.length; ) {
    const lineEnd = document.indexOf('\n', from);
    if (lineEnd < 0) break;
    const fence = openFence(document.slice(from, lineEnd + 1));
    if (!fence) {
      from = lineEnd + 1;
      continue;
    }
    const { next } = lineAfterFence(document, lineEnd + 1, fence);
    listed.push(...listedIn(document.slice(lineEnd + 1, next)));
    from = Math.max(next, lineEnd + 1);
  }
  return listed;
}

function listedIn(block: string): ListedCommand[] {
  const listed: { marker: string; command: string }[] = [];
  for (const line of block.split('\n').slice(0, -1)) {
    const marker = HEAD.exec(line)?.[1];
    const last = listed.at(-1);
    if (marker !== undefined) listed.push({ marker, command: '' });
    else if (last && !isFence(line)) last.command += `${line}\n`;
  }
  return listed;
}

function isFence(line: string): boolean {
  return /^ {0,3}(?:`{3,}|~{3,})[ \t]*$/.test(line);
}
