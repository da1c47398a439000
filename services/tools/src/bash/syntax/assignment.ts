import type { Assignment, CommandArgument, Word } from 'unbash';

import { Refusal } from '../verdict.ts';
import { printString, toArgs } from './arg.ts';
import { printIndex } from './arithmetic.ts';
import type { Context } from './context.ts';
import { assignable, environmentVariable } from './names.ts';
import { toPieces } from './pieces.ts';
import { quote } from './quote.ts';

function element(word: Word, ctx: Context): string[] {
  if (word.text.startsWith('[')) {
    throw new Refusal(
      'arithmetic',
      word.text,
      `\`${word.text}\`: elements with an index are not supported. List the values in order.`,
    );
  }
  return toArgs(word, ctx).map((arg) => arg.printed);
}

/** Checks `name=value` and prints it. */
export function printAssignment(node: Assignment, ctx: Context): string {
  const name = assignable(node.name);
  const index = node.index ? `[${printIndex(node.index.text, node.index.parts, ctx)}]` : '';
  const operator = node.append ? '+=' : '=';
  const value =
    node.value.type === 'Word'
      ? printString(toPieces(node.value, ctx))
      : `(${node.value.elements.flatMap((word) => element(word, ctx)).join(' ')})`;
  return `${name}${index}${operator}${value}`;
}

/** Checks `NAME=value` in front of a command and prints it. */
export function printEnvironment(node: Assignment, command: string, ctx: Context): string {
  if (node.index || node.append || node.value.type !== 'Word') {
    throw new Refusal('variable', node.text, `\`${node.text}\` cannot stand in front of a command.`);
  }
  if (node.name === 'IFS' && (command === 'read' || command === 'mapfile' || command === 'readarray')) {
    return printAssignment(node, ctx);
  }
  const value = node.value.parts ? undefined : node.value.value;
  environmentVariable(node.name, value, node.text);
  return `${node.name}=${quote(value ?? '')}`;
}

/** Commands whose arguments are assignments. */
export const DECLARATIONS: ReadonlySet<string> = new Set(['local', 'declare', 'typeset', 'readonly', 'export']);

/** Checks `local x=1`, `declare -a list` and their like, and prints the arguments. */
export function printDeclaration(name: string, args: readonly CommandArgument[], ctx: Context): string {
  const printed = args.map((arg) => {
    if (arg.type === 'Assignment') {
      return name === 'export' ? printEnvironment(arg, name, ctx) : printAssignment(arg, ctx);
    }
    if (arg.parts) {
      throw new Refusal('variable', arg.text, `\`${name} ${arg.text}\` is not allowed: the name must be written out.`);
    }
    if (arg.value.startsWith('-')) {
      if (/^-[arp]+$/.test(arg.value) && name !== 'export') return arg.value;
      throw new Refusal(
        'option',
        arg.text,
        `\`${name} ${arg.text}\` is not allowed: numbers, references, associative arrays and exported variables can run what is in them. Plain variables and arrays need no declaration; to count by name, use sort | uniq -c.`,
      );
    }
    if (name === 'export') environmentVariable(arg.value, '', arg.text);
    return assignable(arg.value);
  });
  return [name, ...printed].join(' ');
}
