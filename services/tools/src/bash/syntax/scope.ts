import { type Command, forEachChild, type ParsedScript, type SyntaxNode, type Word, type WordPart } from 'unbash';

import { Refusal } from '../verdict.ts';
import { isAlwaysNumber, isSpecial } from './names.ts';

/** What must be known of the whole line before any part of it is checked. */
export interface Scope {
  /** Functions that the line defines. */
  readonly functions: ReadonlySet<string>;
  /**
   * Whether a variable can hold nothing but a number: arithmetic evaluates the *text* of a variable, so that
   * `x='a[$(cmd)]'; echo $((x))` runs cmd.
   */
  readonly isNumber: (name: string) => boolean;
  /** Whether every `cd` of the line stays in the workspace, so that relative paths are known to be inside. */
  readonly staysInWorkspace: boolean;
}

interface Findings {
  readonly functions: Set<string>;
  readonly assigned: Map<string, (Word | 'text')[]>;
  readonly cds: (Word | undefined)[];
}

const READERS = new Set(['read', 'mapfile', 'readarray', 'getopts', 'printf', 'wait', 'let']);

function note(found: Findings, name: string, value: Word | 'text'): void {
  const values = found.assigned.get(name);
  if (values) values.push(value);
  else found.assigned.set(name, [value]);
}

function lookAtCommand(node: Command, found: Findings): void {
  const name = node.name?.value ?? '';
  const words = node.args.filter((arg) => arg.type === 'Word');
  if (READERS.has(name)) for (const word of words) note(found, word.value, 'text');
  if (name === 'cd') found.cds.push(words.find((word) => !/^-[LPe@]+$|^--$/.test(word.value)));
}

function look(node: SyntaxNode, found: Findings): void {
  if (node.type === 'Script') refuseErrors(node);
  else if (node.type === 'Function') found.functions.add(node.name.value);
  else if (node.type === 'Assignment') {
    for (const value of node.value.type === 'Word' ? [node.value] : node.value.elements) note(found, node.name, value);
  } else if (node.type === 'For' || node.type === 'Select') {
    for (const value of node.wordlist ?? ['text' as const]) note(found, node.name.value, value);
  } else if (node.type === 'ParameterExpansion') {
    if (node.operation?.type === 'Default') note(found, node.parameter, node.operation.operand);
  } else if (node.type === 'Command') lookAtCommand(node, found);
  forEachChild(node, (child) => look(child, found));
}

/** Refuses a script that the parser could read only in part. */
export function refuseErrors(script: ParsedScript): void {
  const [error] = script.errors ?? [];
  if (error) throw new Refusal('syntax', error.message, `This cannot be read as bash: ${error.message}.`);
}

const MOST_VARIABLES = 200;

const COUNTING = /^([^-].*|--count|--all|--(no-)?merges|--first-parent|--(since|until|after|before|author)=.*)$/;

/** Whether the output of a substitution consists of digits, signs and white space only. */
export function printsNumbers(script: ParsedScript | undefined): boolean {
  const statement = script?.commands.length === 1 ? script.commands[0] : undefined;
  const last = statement?.command.type === 'Pipeline' ? statement.command.commands.at(-1) : statement?.command;
  if (last?.type !== 'Command' || last.name?.parts) return false;
  // An error message that joins the output could be any text.
  if (!last.redirects.every((redirect) => redirect.type === 'Redirect' && redirect.operator === '<')) return false;
  const args = last.args.map((arg) => (arg.type === 'Word' && !arg.parts ? arg.value : '$'));
  switch (last.name?.value ?? '') {
    case 'wc':
      return args.length === 1 && /^-[lcwm]$/.test(args[0] ?? '');
    case 'seq':
      return args.every((arg) => /^-?\d+$/.test(arg));
    case 'date':
      return args.length === 1 && args[0] === '+%s';
    case 'nproc':
      return args.length === 0;
    case 'git':
      return args[0] === 'rev-list' && args.includes('--count') && args.every((arg) => COUNTING.test(arg));
    default:
      return false;
  }
}

function numericPart(part: WordPart, isNumber: (name: string) => boolean): boolean {
  if (part.type === 'Literal' || part.type === 'SingleQuoted') return /^[0-9-]*$/.test(part.value);
  if (part.type === 'DoubleQuoted') return part.parts.every((inner) => numericPart(inner, isNumber));
  if (part.type === 'BraceExpansion') return /^\{-?\d+\.\.-?\d+\}$/.test(part.text);
  if (part.type === 'ArithmeticExpansion') return true;
  if (part.type === 'SimpleExpansion') return /^\$[#?]$/.test(part.text) || isNumber(part.text.slice(1));
  if (part.type === 'CommandExpansion') return printsNumbers(part.script);
  if (part.type !== 'ParameterExpansion' || part.operation !== undefined) return false;
  return part.prefix === '#' || (part.prefix === undefined && isNumber(part.parameter));
}

function numericWord(word: Word | 'text', isNumber: (name: string) => boolean): boolean {
  if (word === 'text') return false;
  return word.parts
    ? word.parts.every((part) => numericPart(part, isNumber))
    : /^-?[0-9]*$/.test(word.value) && word.text === word.value;
}

function staysInside(cwd: string, cds: readonly (Word | undefined)[]): boolean {
  const hidden = (path: string): boolean => path.split('/').some((part) => /^\.(git|holdfast)$/i.test(part));
  const inside = (path: string): boolean => (path === '/workspace' || path.startsWith('/workspace/')) && !hidden(path);
  if (cds.length > 0 && !inside(cwd)) {
    // The order of several `cd` is not followed: one that is relative may then start outside.
    return cds.every((word) => word !== undefined && !word.parts && inside(word.value) && !word.value.includes('..'));
  }
  return (
    inside(cwd) &&
    cds.every((word) => {
      if (word === undefined) return true;
      const { value } = word;
      if (word.parts && !word.parts.every((part) => part.type === 'DoubleQuoted' || part.type === 'SingleQuoted')) {
        return false;
      }
      if (/[$`]/.test(value) || value === '-' || hidden(value) || value.split('/').includes('..')) return false;
      return value.startsWith('/') ? inside(value) : !value.startsWith('~') || value === '~' || value.startsWith('~/');
    })
  );
}

/**
 * Looks at the whole line once.
 *
 * @throws Refusal where any part of it cannot be read as bash.
 */
export function findScope(script: ParsedScript, cwd: string): Scope {
  const found: Findings = { functions: new Set(), assigned: new Map(), cds: [] };
  look(script, found);
  // With very many variables the look below would take long: then none of them is taken for a number.
  const text = new Set<string>(found.assigned.size > MOST_VARIABLES ? found.assigned.keys() : []);
  const isNumber = (name: string): boolean =>
    isAlwaysNumber(name) || (/^[A-Za-z_]\w*$/.test(name) && !isSpecial(name) && !text.has(name));
  // A variable that takes its value from another is as good as that other: repeat until nothing changes.
  for (let before = -1; before !== text.size; ) {
    before = text.size;
    for (const [name, values] of found.assigned) {
      if (!values.every((value) => numericWord(value, isNumber))) text.add(name);
    }
  }
  return {
    functions: found.functions,
    isNumber,
    staysInWorkspace: staysInside(cwd, found.cds),
  };
}
