import type { DoubleQuotedChild, Word, WordPart } from 'unbash';

import { Refusal } from '../verdict.ts';
import { printArithmetic } from './arithmetic.ts';
import type { Context } from './context.ts';
import { printParameter } from './parameter.ts';

/** A word, taken apart and checked: what is left to do is to print it in one of several ways. */
export type Piece =
  | { readonly kind: 'literal'; readonly value: string; readonly quoted: boolean }
  | { readonly kind: 'glob'; readonly text: string }
  | { readonly kind: 'brace'; readonly text: string }
  | {
      readonly kind: 'expansion';
      /** As printed outside and inside double quotes. */
      readonly bare: () => string;
      readonly inside: () => string;
      readonly quoted: boolean;
      /** Whether it can stand for several words even in double quotes (`"$@"`). */
      readonly many: boolean;
      /** What every value of it begins with. */
      readonly lead: string;
    };

function noNul(value: string, text: string): string {
  if (value.includes('\0')) throw new Refusal('syntax', text, 'A command line cannot hold a NUL character.');
  return value;
}

function once(print: () => string): () => string {
  let printed: string | undefined;
  return () => (printed ??= print());
}

function expansion(print: (quoted: boolean) => string, quoted: boolean, many = false, lead = ''): Piece {
  return { kind: 'expansion', bare: once(() => print(false)), inside: once(() => print(true)), quoted, many, lead };
}

function fromExpansion(part: DoubleQuotedChild | WordPart, quoted: boolean, ctx: Context): Piece | undefined {
  if (part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion') {
    const pieces = new Map<Word, Piece[]>();
    const piecesOf = (word: Word): Piece[] => {
      const found = pieces.get(word) ?? toPieces(word, ctx);
      pieces.set(word, found);
      return found;
    };
    return expansion(
      (inside) => printParameter(part, ctx, inside, piecesOf),
      quoted,
      /^\$\{?([@*]|[^#}]*\[[@*]\])/.test(part.text),
    );
  }
  if (part.type === 'ArithmeticExpansion') {
    return expansion(() => `$((${printArithmetic(part.expression, ctx)}))`, quoted);
  }
  if (part.type !== 'CommandExpansion') return undefined;
  if (part.script === undefined || part.text.startsWith('${')) {
    throw new Refusal('syntax', part.text, `\`${part.text}\` is not understood. Write $(command).`);
  }
  const printed = `$( ${ctx.print(part.script)} )`;
  return expansion(() => printed, quoted);
}

function fromPart(part: WordPart, ctx: Context): Piece[] {
  switch (part.type) {
    case 'Literal':
      return [{ kind: 'literal', value: noNul(part.value, part.text), quoted: false }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'literal', value: noNul(part.value, part.text), quoted: true }];
    case 'DoubleQuoted': {
      const inner = part.parts.map((child): Piece => {
        if (child.type === 'Literal') return { kind: 'literal', value: noNul(child.value, child.text), quoted: true };
        const piece = fromExpansion(child, true, ctx);
        if (piece) return piece;
        throw new Refusal('unsupported', child.text, `\`${child.text}\` is not understood inside double quotes.`);
      });
      return inner.length > 0 ? inner : [{ kind: 'literal', value: '', quoted: true }];
    }
    case 'Glob':
      if (part.kind === 'bracket' && !/^\[[!^]?\]?([\w .,:=@%+~-]|\[:[a-z]+:\])*\]$/.test(part.text)) {
        throw new Refusal(
          'expansion',
          part.text,
          `\`${part.text}\` is too involved for a pattern: only plain characters and classes such as [[:digit:]] may stand in brackets. Quote it if it is meant literally.`,
        );
      }
      return [{ kind: 'glob', text: part.text.replaceAll(/[ =~]/g, '\\$&') }];
    case 'BraceExpansion':
      return [{ kind: 'brace', text: part.text }];
    case 'ProcessSubstitution': {
      if (part.script === undefined || part.operator === '>') {
        throw new Refusal('redirect', part.text, `\`${part.text}\` is not supported. Use a pipe or a file.`);
      }
      const printed = `<( ${ctx.print(part.script)} )`;
      return [expansion(() => printed, false, false, '/dev/fd/')];
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion': {
      const piece = fromExpansion(part, false, ctx);
      if (piece) return [piece];
      break;
    }
    case 'LocaleString':
      throw new Refusal('expansion', part.text, `\`$"..."\` is not allowed. Use plain double quotes.`);
    case 'ExtendedGlob':
      throw new Refusal(
        'expansion',
        part.text,
        `Extended patterns such as \`${part.text}\` are not supported. Quote it if it is meant literally; otherwise use find or grep -v.`,
      );
    default:
      break;
  }
  const { type } = part as { type: string };
  throw new Refusal('unsupported', type, `${type} is not supported.`);
}

function joinLiterals(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.kind === 'literal' && last?.kind === 'literal' && piece.quoted === last.quoted) {
      joined[joined.length - 1] = { ...piece, value: last.value + piece.value };
    } else joined.push(piece);
  }
  return joined;
}

/**
 * Takes a word apart and checks every expansion in it. A leading unquoted `~` becomes the workspace, which is the home.
 *
 * @throws Refusal where a part of it is not allowed.
 */
export function toPieces(word: Word, ctx: Context): Piece[] {
  const pieces: Piece[] = word.parts
    ? word.parts.flatMap((part) => fromPart(part, ctx))
    : [{ kind: 'literal', value: noNul(word.value, word.text), quoted: false }];
  if (/^~[\w+-]/.test(word.text)) {
    throw new Refusal(
      'expansion',
      word.text,
      `\`${word.text}\` names the home of another user. Quote it if it is meant literally.`,
    );
  }
  const [first, ...rest] = joinLiterals(pieces);
  if (first?.kind === 'literal' && !first.quoted && /^~(\/|$)/.test(word.text) && /^~(\/|$)/.test(first.value)) {
    if (first.value !== '~' || rest.length === 0) {
      return [{ ...first, value: `/workspace${first.value.slice(1)}` }, ...rest];
    }
  }
  return first ? [first, ...rest] : [{ kind: 'literal', value: '', quoted: true }];
}
