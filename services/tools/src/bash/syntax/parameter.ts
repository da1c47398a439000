import type { ParameterExpansionPart, ParameterOperation, SimpleExpansionPart, Word } from 'unbash';

import { Refusal } from '../verdict.ts';
import { printIndex } from './arithmetic.ts';
import type { Context } from './context.ts';
import { assignable, readable } from './names.ts';
import type { Piece } from './pieces.ts';

type Pieces = (word: Word) => Piece[];

/** `${x:-...}` and its kin: text, with quotes only where it stands outside of double quotes. */
function printDefault(word: Word, inside: boolean, pieces: Pieces): string {
  return pieces(word)
    .map((piece) => {
      if (piece.kind === 'expansion')
        return inside || !piece.quoted ? (inside ? piece.inside() : piece.bare()) : `"${piece.inside()}"`;
      const text = piece.kind === 'literal' ? piece.value : piece.text;
      if (inside) return text.replaceAll(/[\\"$`}]/g, '\\$&');
      return `'${text.replaceAll("'", `'\\''`)}'`;
    })
    .join('');
}

/** The pattern of `${x%...}` and `${x/.../}`. */
function printPattern(word: Word, pieces: Pieces): string {
  return pieces(word)
    .map((piece) => {
      if (piece.kind === 'expansion') return piece.quoted ? `"${piece.inside()}"` : piece.bare();
      if (piece.kind === 'glob') return piece.text;
      const text = piece.kind === 'literal' ? piece.value : piece.text;
      return text.replaceAll(/[^\w.,:@-]/gu, (char) => (char === '\n' ? `$'\\n'` : `\\${char}`));
    })
    .join('');
}

function printReplacement(word: Word, inside: boolean, pieces: Pieces): string {
  return pieces(word)
    .map((piece) => {
      if (piece.kind === 'expansion') return inside ? piece.inside() : `"${piece.inside()}"`;
      const text = piece.kind === 'literal' ? piece.value : piece.text;
      const escaped = text.replaceAll(inside ? /[\\"$`}&/]/g : /[\\"'$`}&/]/g, '\\$&');
      return escaped.replaceAll('\n', `$'\\n'`);
    })
    .join('');
}

function printOperation(op: ParameterOperation, name: string, ctx: Context, inside: boolean, pieces: Pieces): string {
  switch (op.type) {
    case 'Default':
      if (op.operator.endsWith('=')) assignable(name);
      return `${op.operator}${printDefault(op.operand, inside, pieces)}`;
    case 'Remove':
      return `${op.operator}${printPattern(op.operand, pieces)}`;
    case 'Replace':
      return `${op.operator}${printPattern(op.pattern, pieces)}/${printReplacement(op.replacement, inside, pieces)}`;
    case 'Slice': {
      const print = (word: Word): string => `(${printIndex(word.text.trim(), word.parts, ctx)})`;
      return `:${print(op.offset)}${op.length ? `:${print(op.length)}` : ''}`;
    }
    case 'CaseModification':
      return `${op.operator}${op.operand ? printPattern(op.operand, pieces) : ''}`;
    case 'Transform':
      if (/^[QUuL]$/.test(op.operand.text)) return `@${op.operand.text}`;
      break;
    case 'Names':
    case 'Unknown':
      break;
    default:
      break;
  }
  const shown = `\${${name}${op.operator}...}`;
  throw new Refusal('expansion', shown, `\`${shown}\` is not allowed: it can run what is in the variable.`);
}

/** Checks `$x` or `${x...}` and prints it, for inside or outside of double quotes. */
export function printParameter(
  part: SimpleExpansionPart | ParameterExpansionPart,
  ctx: Context,
  inside: boolean,
  pieces: Pieces,
): string {
  if (part.type === 'SimpleExpansion') return `\${${readable(part.text.slice(1))}}`;
  const name = readable(part.parameter);
  const index = part.index
    ? `[${/^[@*]$/.test(part.index.text) ? part.index.text : printIndex(part.index.text, part.index.parts, ctx)}]`
    : '';
  if (part.prefix === '#' && part.operation === undefined) return `\${#${name}${index}}`;
  if (part.prefix === '!' && /^\[[@*]\]$/.test(index) && part.operation === undefined) return `\${!${name}${index}}`;
  if (part.prefix !== undefined) {
    throw new Refusal(
      'expansion',
      part.text,
      `\`${part.text}\` is not allowed: which variable it reads is not known before it runs. Name the variable.`,
    );
  }
  return `\${${name}${index}${part.operation ? printOperation(part.operation, name, ctx, inside, pieces) : ''}}`;
}
