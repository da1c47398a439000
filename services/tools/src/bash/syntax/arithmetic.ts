import type { ArithmeticExpression, WordPart } from 'unbash';

import { Refusal } from '../verdict.ts';
import type { Context } from './context.ts';
import { assignable, readable } from './names.ts';
import { printsNumbers } from './scope.ts';

const BINARY = /^([-+*/%<>&|^,]|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||([-+*/%&|^]|<<|>>)?=)$/;
const ASSIGNS = /^([-+*/%&|^]|<<|>>)?=$/;
const NUMBER = /^(0[xX][0-9a-fA-F]+|[0-9]{1,19}|[0-9]{1,2}#[0-9a-zA-Z]{1,19})$/;
const NAME = /^[A-Za-z_]\w*$/;

function refuse(word: string, why: string): Refusal {
  return new Refusal('arithmetic', word, why);
}

/**
 * A variable as arithmetic may read it. Where its value might be text, everything but digits and the minus sign is
 * removed when the line runs, since bash would evaluate that text, and run what is in it.
 */
export function numberOf(name: string, ctx: Context, index = ''): string {
  if (/^[#?$!]$/.test(name)) return `\${${name}}`;
  return ctx.scope.isNumber(name) ? `\${${name}${index}:-0}` : `(\${${name}${index}//[!0-9-]/}+0)`;
}

/** A part of a word as arithmetic may read it. */
export function printNumericPart(part: WordPart, ctx: Context): string {
  if (part.type === 'SimpleExpansion') return numberOf(part.text.slice(1), ctx);
  if (part.type === 'ArithmeticExpansion') return `$((${printArithmetic(part.expression, ctx)}))`;
  if (part.type === 'CommandExpansion' && part.script && printsNumbers(part.script)) {
    return `$( ${ctx.print(part.script)} )`;
  }
  if (part.type === 'ParameterExpansion' && part.operation === undefined) {
    const { parameter, prefix, index } = part;
    if (prefix === '#' && (index === undefined || /^[@*]$/.test(index.value))) {
      return `\${#${readable(parameter)}${index ? `[${index.value}]` : ''}}`;
    }
    if (prefix === undefined && /^([A-Za-z_]\w*|[0-9]+|[#?])$/.test(parameter)) {
      return numberOf(parameter, ctx, index ? `[${printIndex(index.text, index.parts, ctx)}]` : '');
    }
  }
  throw refuse(
    part.text,
    `\`${part.text}\` inside arithmetic is not allowed: bash evaluates its text, and could run what is in it. Put it into a variable first: \`n=...; echo $((n + 1))\`.`,
  );
}

/** The index of an array, or the offset of a slice: digits, names and simple sums. */
export function printIndex(text: string, parts: readonly WordPart[] | undefined, ctx: Context): string {
  const literal = (value: string): string => {
    if (!/^[\w\s+*%()-]*$/.test(value) || /\d[A-Za-z_]/.test(value)) {
      throw refuse(text, `\`${text}\` is too involved for an index or offset. Compute it first: \`i=$((...))\`.`);
    }
    return value.replaceAll(/[A-Za-z_]\w*/g, (name) => numberOf(name, ctx));
  };
  if (!parts) return literal(text);
  return parts.map((part) => (part.type === 'Literal' ? literal(part.value) : printNumericPart(part, ctx))).join('');
}

function target(node: ArithmeticExpression, ctx: Context): string {
  const element = node.type === 'ArithmeticWord' && !node.parts ? /^(\w+)(?:\[(\w+)\])?$/.exec(node.value) : null;
  if (!element?.[1] || !NAME.test(element[1])) {
    throw refuse('=', 'Only a plain variable can be assigned in arithmetic.');
  }
  const [, name, index] = element;
  assignable(name);
  if (!ctx.scope.isNumber(name)) {
    throw refuse(
      name,
      `\`${name}\` is also given text in this line, and arithmetic would evaluate that text. Give the number a variable of its own.`,
    );
  }
  return index === undefined ? name : `${name}[${printIndex(index, undefined, ctx)}]`;
}

function printWord(node: Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>, ctx: Context): string {
  if (node.parts) {
    const [only] = node.parts;
    if (node.parts.length === 1 && only && only.type !== 'Literal') return printNumericPart(only, ctx);
    throw refuse(node.value, `\`${node.value}\` is too involved for arithmetic. Compute its parts first.`);
  }
  if (node.value === '' || NUMBER.test(node.value)) return node.value;
  const name = /^\$?([A-Za-z_]\w*)$|^\$([0-9#?])$/.exec(node.value);
  if (name) return numberOf(name[1] ?? name[2] ?? '', ctx);
  const element = /^([A-Za-z_]\w*)\[(\w+)\]$/.exec(node.value);
  if (element?.[1] && element[2]) {
    return numberOf(element[1], ctx, `[${printIndex(element[2], undefined, ctx)}]`);
  }
  throw refuse(node.value, `\`${node.value}\` is not understood in arithmetic. Use numbers and variable names.`);
}

/** Checks an arithmetic expression and prints it; a missing one is empty. */
export function printArithmetic(node: ArithmeticExpression | undefined, ctx: Context): string {
  if (node === undefined) return '';
  switch (node.type) {
    case 'ArithmeticBinary': {
      if (!BINARY.test(node.operator)) throw refuse(node.operator, `\`${node.operator}\` is not an operator.`);
      const left = ASSIGNS.test(node.operator) ? target(node.left, ctx) : printArithmetic(node.left, ctx);
      return `(${left} ${node.operator} ${printArithmetic(node.right, ctx)})`;
    }
    case 'ArithmeticUnary': {
      if (node.operator === '++' || node.operator === '--') {
        const name = target(node.operand, ctx);
        return node.prefix ? `(${node.operator}${name})` : `(${name}${node.operator})`;
      }
      if (!/^[-+!~]$/.test(node.operator)) throw refuse(node.operator, `\`${node.operator}\` is not an operator.`);
      return `(${node.operator} ${printArithmetic(node.operand, ctx)})`;
    }
    case 'ArithmeticTernary':
      return `(${[node.test, node.consequent].map((part) => printArithmetic(part, ctx)).join(' ? ')} : ${printArithmetic(node.alternate, ctx)})`;
    case 'ArithmeticGroup':
      return `(${printArithmetic(node.expression, ctx)})`;
    case 'ArithmeticWord':
      return printWord(node, ctx);
    case 'ArithmeticCommandExpansion':
      if (node.script && printsNumbers(node.script)) return `$( ${ctx.print(node.script)} )`;
      throw refuse(
        node.text,
        `\`${node.text}\` inside arithmetic is not allowed: bash evaluates its output. Put it into a variable first: \`n=$(...); echo $((n + 1))\`.`,
      );
    default:
      throw refuse('((', 'This arithmetic is not understood.');
  }
}
