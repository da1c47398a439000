import type { Arg } from '../syntax/arg.ts';
import { environmentVariable } from '../syntax/names.ts';
import { quote } from '../syntax/quote.ts';
import { type Options, parseOptions } from './getopt.ts';
import { type Call, type Checked, type CommandRule, literal, refuse, type Rules } from './rule.ts';

/** Finds the rule of a program by the name as written, or throws the refusal that is due. */
export type Lookup = (call: Call, name: Arg) => { readonly name: string; readonly rule: CommandRule };

function inner(call: Call, words: readonly Arg[], lookup: Lookup, unknownArguments: boolean): Checked {
  const [first, ...args] = words;
  if (first === undefined) throw refuse(call, 'argument', '', 'the command to run is missing.');
  const { name, rule } = lookup(call, first);
  if (!rule.program) {
    throw refuse(
      call,
      'command',
      first.text,
      `\`${name}\` is part of the shell or needs its guard. Run it without ${call.name}.`,
    );
  }
  if (unknownArguments && !rule.anyArgument) {
    throw refuse(
      call,
      'dynamic-argument',
      first.text,
      `its arguments are not known before they are read, and \`${name}\` has options that write or run programs. Only commands that are safe with any argument may follow (cat, wc, head, tail, grep, ls, stat, sha256sum, basename ...).`,
    );
  }
  const checked = rule.check({ ...call, name, args });
  return { args: [name, ...checked.args], effect: checked.effect };
}

function wrapper(options: Options, operands: number, lookup: Lookup): CommandRule {
  return {
    anyArgument: false,
    program: true,
    check: (call) => {
      const parsed = parseOptions(call, options, false);
      const own = parsed.operands.slice(0, operands).map((arg) => quote(literal(call, arg, 'the duration')));
      if (own.some((word) => !/^[\d.]+[smhd]?$/.test(word))) {
        throw refuse(call, 'argument', own.join(' '), 'a duration such as 5 or 2m is expected.');
      }
      const checked = inner(call, parsed.operands.slice(operands), lookup, false);
      return { args: [...parsed.options, ...own, ...checked.args], effect: checked.effect };
    },
  };
}

function xargs(lookup: Lookup): CommandRule {
  return {
    anyArgument: false,
    program: true,
    check: (call) => {
      const parsed = parseOptions(
        call,
        {
          flags: '0rtx',
          values: 'nPLdIs',
          long: ['null', 'no-run-if-empty', 'max-args=', 'max-procs=', 'max-lines=', 'delimiter=', 'verbose', 'exit'],
          hint: 'Use -0, -r, -n, -P, -L, -d or -I {}.',
        },
        false,
      );
      for (const marker of parsed.found.get('-I') ?? []) {
        const text = typeof marker === 'string' ? marker : literal(call, marker, 'the marker');
        if (!/^(\{\}|%|@)$/.test(text)) {
          throw refuse(
            call,
            'argument',
            `-I ${text}`,
            'only {}, % or @ may mark the place: other words could change the command.',
          );
        }
      }
      if (parsed.operands.length === 0) return { args: parsed.options, effect: 'read' };
      const checked = inner(call, parsed.operands, lookup, true);
      return { args: [...parsed.options, ...checked.args], effect: checked.effect };
    },
  };
}

function env(lookup: Lookup): CommandRule {
  return {
    anyArgument: false,
    program: true,
    check: (call) => {
      const split = call.args.findIndex((arg) => !/^[A-Za-z_]\w*=/.test(arg.lead));
      const own = split === -1 ? call.args : call.args.slice(0, split);
      for (const arg of own) {
        const at = arg.lead.indexOf('=');
        environmentVariable(arg.lead.slice(0, at), arg.literal?.slice(at + 1), arg.text);
      }
      const assignments = own.map((arg) => quote(arg.literal ?? ''));
      if (split === -1) return { args: assignments, effect: 'read' };
      const first = call.args[split] as Arg;
      if (first.lead.startsWith('-')) {
        throw refuse(
          call,
          'option',
          first.text,
          'env may only set LC_ALL, LANG, TZ and the like for an allowed command.',
        );
      }
      const checked = inner(call, call.args.slice(split), lookup, false);
      return { args: [...assignments, ...checked.args], effect: checked.effect };
    },
  };
}

/** Commands that start another command, which is checked in turn. */
export function wrapperRules(lookup: Lookup): Rules {
  return {
    timeout: wrapper(
      {
        values: 'sk',
        long: ['signal=', 'kill-after=', 'preserve-status', 'foreground'],
        hint: 'Use -s and -k.',
      },
      1,
      lookup,
    ),
    nice: wrapper({ values: 'n', long: ['adjustment='], digits: true, hint: 'Use -n.' }, 0, lookup),
    xargs: xargs(lookup),
    env: env(lookup),
  };
}
