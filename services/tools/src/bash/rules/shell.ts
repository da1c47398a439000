import { type Arg, mayBeOption } from '../syntax/arg.ts';
import { assignable } from '../syntax/names.ts';
import { parseOptions, printParsed } from './getopt.ts';
import { type Call, type CommandRule, literal, oneWord, refuse, type Rules } from './rule.ts';

const builtin = (check: CommandRule['check']): CommandRule => ({ anyArgument: false, program: false, check });

const plain: CommandRule = {
  anyArgument: true,
  program: false,
  check: ({ args }) => ({ args: args.map((arg) => arg.printed), effect: 'read' }),
};

const UNARY = /^-[abcdefghkLGNOprsStuwxzn]$/;
const BINARY = /^(=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

/** `[ ... ]`: only shapes that the shell can read in one way, with every expansion kept one word. */
const test = builtin((call) => {
  let args = call.args;
  if (call.name === '[') {
    if (args.at(-1)?.literal !== ']') throw refuse(call, 'syntax', '', 'the closing `]` is missing.');
    args = args.slice(0, -1);
  }
  const words = args.map((arg) => oneWord(call, arg));
  let rest = args;
  while (rest.length > 1 && rest[0]?.literal === '!') rest = rest.slice(1);
  const [first, second] = rest;
  const fits =
    rest.length <= 1 ||
    (rest.length === 2 && UNARY.test(first?.literal ?? '')) ||
    (rest.length === 3 && BINARY.test(second?.literal ?? ''));
  if (!fits) {
    throw refuse(
      call,
      'argument',
      args.map((arg) => arg.text).join(' '),
      'only one comparison may stand in it, with the operator written out; -v and -R are refused, since they can run what is in a variable. Join several by && and ||: `[ -f a ] && [ -n "$b" ]`.',
    );
  }
  return { args: call.name === '[' ? [...words, ']'] : words, effect: 'read' };
});

const OPTIONS = /^(nullglob|globstar|dotglob|nocaseglob|nocasematch|failglob|lastpipe|inherit_errexit)$/;

/** Checks a variable that is to hold text. */
function textVariable(call: Call, name: string): void {
  assignable(name);
  // The look at the whole line has not seen this name here (`read {a,b}`), and takes it for a number.
  if (call.ctx.scope.isNumber(name)) {
    throw refuse(call, 'variable', name, 'write the names of the variables one by one, without braces or options.');
  }
}

function textVariables(call: Call, names: readonly Arg[]): void {
  for (const name of names) textVariable(call, literal(call, name, 'the name of the variable'));
}

/** Parts of the shell itself. */
export const SHELL_RULES: Rules = {
  echo: { ...plain, program: true },
  pwd: { ...plain, program: true },
  true: { ...plain, program: true },
  false: { ...plain, program: true },
  ':': plain,
  exit: plain,
  return: plain,
  break: plain,
  continue: plain,
  shift: plain,
  type: plain,
  test,
  '[': test,
  cd: builtin((call) => {
    const parsed = parseOptions(call, { flags: 'LP', hint: 'Use cd with one folder.' });
    const [target, more] = parsed.operands;
    if (more ?? (target && target.single === undefined ? target : undefined)) {
      throw refuse(call, 'argument', (more ?? target)?.text ?? '', 'one folder is expected.');
    }
    return { args: printParsed(parsed), effect: 'read' };
  }),
  command: builtin((call) => {
    const [option] = call.args;
    if (option?.literal !== '-v' && option?.literal !== '-V') {
      throw refuse(call, 'command', option?.text ?? '', 'only `command -v NAME` is. Write the command itself.');
    }
    return { args: call.args.map((arg) => arg.printed), effect: 'read' };
  }),
  wait: builtin((call) => {
    if (call.args[0]) throw refuse(call, 'argument', call.args[0].text, 'nothing runs in the background.');
    return { args: [], effect: 'read' };
  }),
  read: builtin((call) => {
    const parsed = parseOptions(
      call,
      { flags: 'rs', values: 'dnNtua', hint: 'Use -r, -d, -n, -N, -t, -u or -a.' },
      false,
    );
    const arrays = parsed.found.get('-a') ?? [];
    for (const name of arrays) textVariable(call, typeof name === 'string' ? name : literal(call, name, 'the array'));
    textVariables(call, parsed.operands);
    return { args: [...parsed.options, ...parsed.operands.map((arg) => arg.printed)], effect: 'read' };
  }),
  mapfile: builtin((call) => {
    const parsed = parseOptions(call, { flags: 't', values: 'dnOsu', hint: '-C runs a command. Use -t or -d.' }, false);
    for (const origin of [...(parsed.found.get('-O') ?? []), ...(parsed.found.get('-n') ?? [])]) {
      if (!/^\d+$/.test(typeof origin === 'string' ? origin : (origin.literal ?? ''))) {
        throw refuse(call, 'argument', '-O', 'a number is expected.');
      }
    }
    textVariables(call, parsed.operands);
    return { args: [...parsed.options, ...parsed.operands.map((arg) => arg.printed)], effect: 'read' };
  }),
  unset: builtin((call) => {
    const [option] = call.args;
    const names = option?.literal === '-v' ? call.args.slice(1) : call.args;
    for (const name of names) assignable(literal(call, name, 'the name of the variable'));
    return { args: ['-v', ...names.map((arg) => arg.printed)], effect: 'read' };
  }),
  set: builtin((call) => {
    const args = [...call.args];
    const printed: string[] = [];
    while (args[0] !== undefined && /^[-+][eufxCo]+$/.test(args[0].literal ?? '')) {
      const [option, name] = args;
      const text = option.literal ?? '';
      printed.push(option.printed);
      args.shift();
      if (!text.includes('o')) continue;
      if (!text.endsWith('o') || !/^(pipefail|errexit|nounset|noglob|xtrace|noclobber)$/.test(name?.literal ?? '')) {
        throw refuse(call, 'option', `${text} ${name?.text ?? ''}`, 'use -e, -u, -f, -x or -o pipefail.');
      }
      printed.push(name?.printed ?? '');
      args.shift();
    }
    if (args[0] !== undefined && args[0].literal !== '--') {
      const [wrong] = args;
      if (wrong && mayBeOption(wrong)) throw refuse(call, 'option', wrong.text, 'use -e, -u, -f, -x or -o pipefail.');
      printed.push('--');
    }
    return { args: [...printed, ...args.map((arg) => arg.printed)], effect: 'read' };
  }),
  shopt: builtin((call) => {
    const [option, ...names] = call.args;
    const wrong = names.find((name) => !OPTIONS.test(name.literal ?? ''));
    if (!/^-[suq]$/.test(option?.literal ?? '') || wrong || names.length === 0) {
      throw refuse(
        call,
        'option',
        (wrong ?? option)?.text ?? '',
        'only `shopt -s` or `-u` with nullglob, globstar, dotglob, nocaseglob, nocasematch, failglob, lastpipe or inherit_errexit is.',
      );
    }
    return { args: call.args.map((arg) => arg.printed), effect: 'read' };
  }),
};
