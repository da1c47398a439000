import { forEachChild, type SyntaxNode } from 'unbash';

import { Refusal } from '../verdict.ts';

interface Range {
  readonly pos: number;
  readonly end: number;
}

const BETWEEN_WORDS = /^(?:[ \t]|\\\r?\n)*$/;
const BETWEEN_STATEMENTS = /^(?:[ \t\n;&]|#[^\n]*|\\\r?\n)*$/;

/** Here-document bodies stand between statements without belonging to them: they become blank. */
function withoutBodies(node: SyntaxNode, source: string): string {
  let text = source;
  const blank = (child: SyntaxNode): void => {
    if (child.type === 'Script' && child.source !== undefined && child !== node) return;
    if (child.type === 'HereDoc') {
      const end = child.closing?.end ?? child.body.end;
      text = `${text.slice(0, child.body.pos)}${' '.repeat(Math.max(0, end - child.body.pos))}${text.slice(end)}`;
    }
    forEachChild(child, blank);
  };
  blank(node);
  return text;
}

function check(source: string, ranges: readonly Range[], start: number, end: number, allowed: RegExp): void {
  let at = start;
  for (const range of [...ranges].sort((a, b) => a.pos - b.pos)) {
    if (range.pos > at) refuseGap(source.slice(at, range.pos), allowed);
    at = Math.max(at, range.end);
  }
  if (end > at) refuseGap(source.slice(at, end), allowed);
}

function refuseGap(gap: string, allowed: RegExp): void {
  if (allowed.test(gap)) return;
  const word = gap.trim();
  throw new Refusal('syntax', word, `\`${word}\` does not belong to any command. Check the quotes and brackets.`);
}

function visit(node: SyntaxNode, source: string): void {
  let text = source;
  if (node.type === 'Script') {
    text = node.source === undefined ? source : withoutBodies(node, node.source);
    check(text, node.commands, node.pos, node.end, BETWEEN_STATEMENTS);
  } else if (node.type === 'CompoundList') {
    check(text, node.commands, node.commands[0]?.pos ?? 0, node.commands.at(-1)?.end ?? 0, BETWEEN_STATEMENTS);
  } else if (node.type === 'Command') {
    const parts = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
    check(text, parts, node.pos, node.end, BETWEEN_WORDS);
  }
  forEachChild(node, (child) => visit(child, text));
}

/**
 * Refuses a line of which the parser left a part out of its tree, as it does with some that bash would not read:
 * such a line is not what its author meant.
 */
export function refuseGaps(script: SyntaxNode, source: string): void {
  visit(script, withoutBodies(script, source));
}
