import type { Word } from 'unbash';

import { expandBraces } from './brace.ts';
import type { Context } from './context.ts';
import { type Piece, toPieces } from './pieces.ts';
import { quote, quoteInside } from './quote.ts';
import { Refusal } from '../verdict.ts';

const MOST_WORDS = 2_000;

/** One argument of a command, checked, as the rules of the commands see it. */
export interface Arg {
  /** As the model wrote it. */
  readonly text: string;
  /** Its value, where that is known before the line runs. */
  readonly literal: string | undefined;
  /** What every value of it begins with. */
  readonly lead: string;
  /** Whether it holds a file name pattern: it then stands for zero or more existing names that begin with `lead`. */
  readonly glob: boolean;
  /** Whether what it stands for is split into any number of words, each of which may be anything. */
  readonly splits: boolean;
  /** As it is printed. An unquoted expansion stays open to word splitting. */
  readonly printed: string;
  /** Printed so that it is exactly one word; undefined where that cannot be (`"$@"`, patterns). */
  readonly single: string | undefined;
}

function printPiece(piece: Piece, single: boolean): string {
  switch (piece.kind) {
    case 'literal':
      return quote(piece.value);
    case 'glob':
    case 'brace':
      return piece.text;
    case 'expansion':
      // A process substitution is no expansion of a value: between quotes it would be plain text.
      return (piece.quoted || single) && piece.lead === '' ? `"${piece.inside()}"` : piece.bare();
    default:
      return piece satisfies never;
  }
}

function leadOf(pieces: readonly Piece[]): string {
  let lead = '';
  for (const piece of pieces) {
    if (piece.kind === 'literal') lead += piece.value;
    else return piece.kind === 'expansion' ? lead + piece.lead : lead;
  }
  return lead;
}

/** An argument out of a word's pieces, none of which is a brace expansion. */
function toArg(pieces: readonly Piece[], text: string): Arg {
  const literal = pieces.every((piece) => piece.kind === 'literal');
  const glob = pieces.some((piece) => piece.kind === 'glob');
  const expansions = pieces.filter((piece) => piece.kind === 'expansion');
  const many = expansions.some((piece) => piece.many);
  const lead = leadOf(pieces);
  const print = (single: boolean): string => {
    if (literal) return quote(lead) === '' ? "''" : quote(lead);
    return pieces
      .map((piece) => (piece.kind === 'literal' && piece.value === '' ? '' : printPiece(piece, single)))
      .join('');
  };
  return {
    text,
    literal: literal ? lead : undefined,
    lead,
    glob,
    splits: many || expansions.some((piece) => !piece.quoted && piece.lead === ''),
    printed: print(false),
    single: glob || many ? undefined : print(true),
  };
}

/** The arguments that one word stands for after its braces are expanded. */
export function toArgs(word: Word, ctx: Context): Arg[] {
  let variants: Piece[][] = [[]];
  for (const piece of toPieces(word, ctx)) {
    const choices: Piece[] =
      piece.kind === 'brace'
        ? expandBraces(piece.text).map((value) => ({ kind: 'literal', value, quoted: false }))
        : [piece];
    if (variants.length * choices.length > MOST_WORDS) {
      throw new Refusal('size', word.text, `\`${word.text}\` expands to too many words. Use a loop.`);
    }
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, choice]));
  }
  return variants.map((pieces) => toArg(pieces, word.text));
}

/** A word where braces are not expanded and nothing is split: the value of an assignment, `case WORD in`, `[[ ]]`. */
export function toValue(word: Word, ctx: Context): Arg {
  const pieces = toPieces(word, ctx).map(
    (piece): Piece => (piece.kind === 'brace' ? { kind: 'literal', value: piece.text, quoted: true } : piece),
  );
  return toArg(pieces, word.text);
}

/** A word as a pattern of `case` or `[[ == ]]`: its literal parts match themselves. */
export function printPatternWord(word: Word, ctx: Context): string {
  return toValue(word, ctx).printed;
}

/** A word as the content of a here-string: one string, nothing split, patterns not expanded. */
export function printString(pieces: readonly Piece[]): string {
  const inner = pieces.map((piece) => {
    if (piece.kind === 'expansion') return piece.inside();
    return quoteInside(piece.kind === 'literal' ? piece.value : piece.text);
  });
  return `"${inner.join('')}"`;
}

/** Whether an argument might be taken for an option, were it printed as one word where it can be. */
export function mayBeOption(arg: Arg): boolean {
  if (arg.literal !== undefined) return arg.literal.length > 1 && arg.literal.startsWith('-');
  return arg.lead === '' || arg.lead.startsWith('-') || (arg.single === undefined && arg.splits);
}
