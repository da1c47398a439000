import type { Command, CommandNode, CompoundList, ParsedScript, Pipeline, Redirection, Statement, Word } from 'unbash';

import { findRule, isCommand } from '../rules/index.ts';
import { type EffectName, Refusal } from '../verdict.ts';
import { type Arg, printPatternWord, printString, toArgs } from './arg.ts';
import { printArithmetic } from './arithmetic.ts';
import { DECLARATIONS, printAssignment, printDeclaration, printEnvironment } from './assignment.ts';
import type { Context } from './context.ts';
import { assignable, OWN_PREFIX } from './names.ts';
import { toPieces } from './pieces.ts';
import { printRedirect } from './redirect.ts';
import { refuseErrors } from './scope.ts';
import { printTest } from './test-expression.ts';

const MOST_BYTES = 96 * 1024;

function redirects(nodes: readonly Redirection[], ctx: Context): string {
  return nodes.map((node) => ` ${printRedirect(node, ctx)}`).join('');
}

function printWords(values: readonly Word[], ctx: Context): string {
  return values
    .flatMap((word) => toArgs(word, ctx))
    .map((arg) => ` ${arg.printed}`)
    .join('');
}

function one(word: Word, ctx: Context): Arg {
  const [arg, more] = toArgs(word, ctx);
  if (arg && more === undefined) return arg;
  throw new Refusal(
    'dynamic-command',
    word.text,
    `\`${word.text}\` stands for several words where a command is expected.`,
  );
}

function simple(node: Command, ctx: Context): string {
  const prefix = node.prefix.filter((part) => part.type === 'Assignment');
  if (node.name === undefined) {
    const assigned = prefix.map((part) => printAssignment(part, ctx)).join(' ');
    return `${assigned}${redirects(node.redirects, ctx)}`.trimStart();
  }
  const word = one(node.name, ctx);
  const { literal } = word;
  const environment = prefix.map((part) => `${printEnvironment(part, literal ?? '', ctx)} `).join('');
  const after = redirects(node.redirects, ctx);
  if (literal !== undefined && DECLARATIONS.has(literal)) {
    return `${environment}${printDeclaration(literal, node.args, ctx)}${after}`;
  }
  const args = node.args.flatMap((arg): Arg[] => {
    if (arg.type === 'Word') return toArgs(arg, ctx);
    throw new Refusal('syntax', arg.text, `\`${arg.text}\` cannot stand behind ${literal ?? word.text}. Quote it.`);
  });
  if (literal !== undefined && ctx.scope.functions.has(literal)) {
    if (environment !== '')
      throw new Refusal('variable', literal, 'A variable in front of a function is not supported.');
    return `${OWN_PREFIX}fn_${literal}${args.map((arg) => ` ${arg.printed}`).join('')}${after}`;
  }
  const call = { name: literal ?? word.text, args, ctx };
  const { name, rule } = findRule(call, word);
  const checked = rule.check({ ...call, name });
  const effect: EffectName = checked.effect;
  ctx.has(effect);
  return `${environment}${[checked.run ?? name, ...checked.args].join(' ')}${after}`;
}

/** Checks and prints commands; a body that is empty is no command. */
function list(node: CompoundList, ctx: Context): string {
  if (node.commands.length === 0) throw new Refusal('syntax', '{', 'A list of commands is empty.');
  return statements(node.commands, ctx);
}

function statements(nodes: readonly Statement[], ctx: Context): string {
  return nodes
    .map((node) => {
      if (node.background) {
        throw new Refusal(
          'background',
          '&',
          '`&` is not allowed: nothing may outlive the command. Write ; or && instead.',
        );
      }
      return andOr(node, ctx);
    })
    .join('\n');
}

function andOr(statement: Statement, ctx: Context): string {
  const node = statement.command;
  if (node.type !== 'AndOr') return pipeline(node, ctx);
  return node.commands
    .map((part, index) => `${index === 0 ? '' : ` ${node.operators[index - 1] ?? '&&'} `}${pipeline(part, ctx)}`)
    .join('');
}

function pipeline(node: CommandNode | Pipeline, ctx: Context): string {
  if (node.type !== 'Pipeline') return command(node, ctx);
  const prefixes = node.prefixes.map((prefix) =>
    prefix.type === 'Negation' ? '! ' : prefix.posix ? 'time -p ' : 'time ',
  );
  const commands = node.commands.map(
    (part, index) => `${index === 0 ? '' : ` ${node.operators[index - 1] ?? '|'} `}${command(part, ctx)}`,
  );
  return `${prefixes.join('')}${commands.join('')}`;
}

function functionName(word: Word): string {
  const { value } = word;
  if (word.parts || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(value) || value !== word.text) {
    throw new Refusal('command', word.text, `\`${word.text}\` is no name for a function. Use letters, digits and _.`);
  }
  if (isCommand(value) || DECLARATIONS.has(value)) {
    throw new Refusal('command', value, `\`${value}\` is a command already. Give the function another name.`);
  }
  return `${OWN_PREFIX}fn_${value}`;
}

function command(node: CommandNode, ctx: Context): string {
  switch (node.type) {
    case 'Command':
      return simple(node, ctx);
    case 'Redirected':
      return `${command(node.command, ctx)}${redirects(node.redirects, ctx)}`;
    case 'If': {
      const branches = node.elif
        .map((part) => `elif ${list(part.clause, ctx)}\nthen ${list(part.then, ctx)}\n`)
        .join('');
      const otherwise = node.else ? `else ${list(node.else, ctx)}\n` : '';
      return `if ${list(node.clause, ctx)}\nthen ${list(node.then, ctx)}\n${branches}${otherwise}fi`;
    }
    case 'For': {
      const values = node.wordlist ? ` in${printWords(node.wordlist, ctx)}` : '';
      return `for ${assignable(node.name.value)}${values}\ndo ${list(node.body, ctx)}\ndone`;
    }
    case 'ArithmeticFor': {
      const parts = [node.initialize, node.test, node.update].map((part) => printArithmetic(part, ctx));
      return `for ((${parts.join('; ')}))\ndo ${list(node.body, ctx)}\ndone`;
    }
    case 'While':
      return `${node.kind} ${list(node.clause, ctx)}\ndo ${list(node.body, ctx)}\ndone`;
    case 'Case': {
      const items = node.items.map((item) => {
        const patterns = item.pattern.map((pattern) => printPatternWord(pattern, ctx)).join(' | ');
        return `(${patterns}) ${statements(item.body.commands, ctx)}\n${item.terminator ?? ';;'}\n`;
      });
      return `case ${printString(toPieces(node.word, ctx))} in\n${items.join('')}esac`;
    }
    case 'Subshell':
      return `( ${list(node.body, ctx)} )`;
    case 'BraceGroup':
      return `{ ${list(node.body, ctx)}\n}`;
    case 'TestCommand':
      return `[[ ${printTest(node.expression, ctx)} ]]`;
    case 'ArithmeticCommand':
      return `((${printArithmetic(node.expression, ctx)}))`;
    case 'Function': {
      const { body } = node;
      if (body.type === 'CompoundList') break;
      return `${functionName(node.name)}() ${command(body, ctx)}`;
    }
    case 'Select':
    case 'Coproc':
      throw new Refusal('unsupported', node.type.toLowerCase(), `\`${node.type.toLowerCase()}\` is not supported.`);
    default:
      break;
  }
  throw new Refusal('unsupported', node.type, `${node.type} is not supported.`);
}

/** Checks a whole script, or that of a substitution, and prints it. */
export function printScript(script: ParsedScript, ctx: Context): string {
  refuseErrors(script);
  const printed = statements(script.commands, ctx);
  if (Buffer.byteLength(printed) > MOST_BYTES) {
    throw new Refusal('size', '...', 'The command line is too long once its braces are expanded. Write a loop.');
  }
  return printed;
}
