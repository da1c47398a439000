import type { HereDoc, Redirection, RedirectDescriptor } from 'unbash';

import { Refusal } from '../verdict.ts';
import { type Arg, printString, toArgs } from './arg.ts';
import type { Context } from './context.ts';
import { writable } from './path.ts';
import { toPieces } from './pieces.ts';
import { quote } from './quote.ts';

function descriptor(node: RedirectDescriptor | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'FileDescriptor' && node.value <= 9) return String(node.value);
  throw new Refusal('redirect', 'descriptor', 'Only the numbers 0 to 9 may stand before a redirection.');
}

function hereDoc(node: HereDoc, ctx: Context): string {
  const tabs = (text: string): string => (node.operator === '<<-' ? text.replaceAll(/^\t+/gm, '') : text);
  if (node.delimiter === undefined || node.closing === undefined) {
    throw new Refusal('syntax', '<<', 'The here-document is not closed: its last line must be the delimiter alone.');
  }
  if (node.body.text === '') return '< /dev/null';
  // A here-string adds the last line break by itself.
  const cut = (text: string): string => tabs(text).replace(/\n$/, '');
  if (node.body.text.includes('\0')) throw new Refusal('syntax', '<<', 'A command line cannot hold a NUL character.');
  if (node.delimiter.quoted) return `<<< ${quote(cut(node.body.text)) || "''"}`;
  const { parts } = node.body;
  const value = parts === undefined ? unescape(node.body.text) : undefined;
  if (value !== undefined) return `<<< ${quote(cut(value)) || "''"}`;
  const pieces = toPieces({ type: 'Word', text: '<<', value: '', pos: node.pos, end: node.end, parts }, ctx);
  return `<<< ${printString(
    pieces.map((piece, index) => {
      if (piece.kind !== 'literal') return piece;
      const text = tabs(piece.value);
      return { ...piece, value: index === pieces.length - 1 ? text.replace(/\n$/, '') : text };
    }),
  )}`;
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\$`]|\n)/g, (_, char: string) => (char === '\n' ? '' : char));
}

function input(word: Arg): string {
  const { literal } = word;
  if (literal !== undefined) {
    if (/^\/+dev\/+(tcp|udp)/.test(literal.replaceAll('/./', '/'))) {
      throw new Refusal(
        'redirect',
        word.text,
        `\`${word.text}\` opens a network connection. Commands have no network.`,
      );
    }
    return `< ${quote(literal) || "''"}`;
  }
  if (word.single === undefined) {
    throw new Refusal('redirect', word.text, `\`< ${word.text}\` must be one file. Quote it, or use cat.`);
  }
  // Bash itself opens connections for /dev/tcp/...; cat does not.
  return word.lead === '/dev/fd/' ? `< ${word.single}` : `< <( cat -- ${word.single} )`;
}

/** Checks a redirection and prints it. */
export function printRedirect(node: Redirection, ctx: Context): string {
  const fd = descriptor(node.descriptor);
  if (node.type === 'HereDoc') return `${fd}${hereDoc(node, ctx)}`;
  if (node.target === undefined) throw new Refusal('syntax', '>', 'The target of the redirection is missing.');
  if (node.type === 'HereString') return `${fd}<<< ${printString(toPieces(node.target, ctx))}`;
  const [word, more] = toArgs(node.target, ctx);
  if (word === undefined || more !== undefined) {
    throw new Refusal('redirect', node.target.text, `\`${node.target.text}\` must be one file.`);
  }
  switch (node.operator) {
    case '<':
      return `${fd}${input(word)}`;
    case '>&':
    case '<&':
      if (/^([0-9]|-)$/.test(word.literal ?? '')) return `${fd}${node.operator}${word.literal}`;
      throw new Refusal(
        'redirect',
        `${node.operator}${word.text}`,
        `\`${node.operator}${word.text}\` is not allowed: only a number may follow, as in 2>&1. For a file write \`> file 2>&1\`.`,
      );
    case '>':
    case '>>':
    case '>|':
    case '&>':
    case '&>>':
      if (word.literal !== '/dev/null' && !/^\/dev\/(stdout|stderr)$/.test(word.literal ?? '')) {
        if (word.glob) throw new Refusal('redirect', word.text, `\`${word.text}\` must be one file, written out.`);
        writable(word, ctx);
        ctx.has('write');
      }
      return `${fd}${node.operator} ${quote(word.literal ?? '')}`;
    case '<>':
      break;
    default:
      break;
  }
  throw new Refusal('redirect', node.operator, `\`${node.operator}\` is not allowed. Use <, > or >>.`);
}
