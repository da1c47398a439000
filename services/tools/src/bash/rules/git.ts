import { type Arg, mayBeOption } from '../syntax/arg.ts';
import { quote } from '../syntax/quote.ts';
import { type Parsed, parseOptions } from './getopt.ts';
import { GIT_GUARD, GIT_GUARD_DEFINITION } from './git-guard.ts';
import { GIT_OPTIONS } from './git-options.ts';
import { type Call, type CommandRule, literal, oneWord, refuse, type Rules } from './rule.ts';

/** What a hostile repository could make git run is switched off where there is an option for it. */
const INJECTED: Readonly<Record<string, readonly string[]>> = {
  log: ['--no-ext-diff', '--no-textconv'],
  show: ['--no-ext-diff', '--no-textconv'],
  whatchanged: ['--no-ext-diff', '--no-textconv'],
  diff: ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'],
  'diff-tree': ['--no-ext-diff', '--no-textconv'],
  'diff-index': ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'],
  'diff-files': ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'],
  'stash list': ['--no-ext-diff', '--no-textconv'],
  'stash show': ['--no-ext-diff', '--no-textconv'],
  'reflog show': ['--no-ext-diff', '--no-textconv'],
  blame: ['--no-textconv'],
  status: ['--ignore-submodules=all'],
};

/** Subcommands that understand `--end-of-options`. */
const ENDS_OPTIONS =
  /^(log|show|whatchanged|rev-list|diff|diff-tree|shortlog|cat-file|ls-tree|merge-base|describe|branch|tag|reflog show|name-rev)$/;

const WHY_NOT: Readonly<Record<string, string>> = {
  '-c': 'options that set configuration can run programs. Leave it out.',
  '--config-env': 'options that set configuration can run programs. Leave it out.',
  '--exec-path': 'it says where git finds its programs. Leave it out.',
  '-p': 'it starts a pager. Leave it out: nothing is paged.',
  '--paginate': 'it starts a pager. Leave it out: nothing is paged.',
};

/** The options in front of the subcommand; gives the index of the subcommand. */
function globals(call: Call): { readonly printed: string[]; readonly at: number } {
  const printed: string[] = [];
  let at = 0;
  for (; at < call.args.length; at++) {
    const arg = call.args[at] as Arg;
    const word = arg.literal ?? arg.lead;
    if (arg.literal === undefined && !/^--(git-dir|work-tree)=/.test(arg.lead)) break;
    if (!word.startsWith('-')) break;
    if (
      /^(--no-pager|-P|--no-optional-locks|--bare|--(literal|glob|noglob|icase)-pathspecs|--no-replace-objects)$/.test(
        word,
      )
    ) {
      printed.push(arg.printed);
    } else if (word === '-C' || word === '--git-dir' || word === '--work-tree') {
      const value = call.args[++at];
      if (value === undefined) throw refuse(call, 'argument', word, 'its value is missing.');
      if (word !== '-C') folder(call, literal(call, value, 'the folder'));
      printed.push(word, oneWord(call, value));
    } else if (/^--(git-dir|work-tree)=/.test(word)) {
      folder(call, literal(call, arg, 'the folder').replace(/^[^=]*=/, ''));
      printed.push(arg.printed);
    } else if (word === '--version') {
      return { printed: [...printed, '--version'], at: call.args.length };
    } else {
      const key = word.startsWith('-c') ? '-c' : word.replace(/=.*/, '');
      throw refuse(
        call,
        'option',
        key,
        WHY_NOT[key] ?? 'only -C, --no-pager, --git-dir and --work-tree may stand before the subcommand.',
      );
    }
  }
  return { printed, at };
}

function folder(call: Call, path: string): void {
  if (path.split('/').includes('..') || (path.startsWith('/') && !/^\/(workspace|input)(\/|$)/.test(path))) {
    throw refuse(call, 'path', path, 'the folder must lie under /workspace or /input.');
  }
}

function has(parsed: Parsed, ...names: readonly string[]): boolean {
  return names.some((name) => parsed.found.has(name));
}

/** Rules that no list of options can express: which operands would make the subcommand write. */
function checkOperands(call: Call, name: string, parsed: Parsed): void {
  const [first, second] = parsed.operands;
  const listing = has(parsed, '-l', '--list', '--contains', '--no-contains', '--merged', '--no-merged', '--points-at');
  if ((name === 'branch' || name === 'tag') && first && !listing) {
    throw refuse(
      call,
      'argument',
      first.text,
      `it would make a ${name}. To list, write \`git ${name} --list "pattern"\`.`,
    );
  }
  if (name === 'config') {
    const reading = ['--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list', '-l'];
    if (!has(parsed, ...reading) && (first === undefined || second !== undefined || first.splits)) {
      throw refuse(
        call,
        'argument',
        second?.text ?? '',
        'it would change the configuration. Write `git config --get NAME`.',
      );
    }
  }
  if (name === 'symbolic-ref' && (second ?? (first?.splits ? first : undefined))) {
    throw refuse(call, 'argument', second?.text ?? '', 'it would change the ref.');
  }
  if (name === 'remote' && first)
    throw refuse(call, 'argument', first.text, 'only `git remote -v` and `git remote get-url NAME` are.');
  if (name === 'grep' && parsed.operands.some((arg) => arg.literal === '(' || arg.literal === ')')) {
    throw refuse(call, 'argument', '(', 'parentheses are not supported. Use -e with --and and --or.');
  }
  if (has(parsed, '--output')) throw refuse(call, 'option', '--output', 'redirect the output instead.');
}

function subcommand(call: Call, word: Arg | undefined, rest: readonly Arg[]): { name: string; args: readonly Arg[] } {
  if (word === undefined) throw refuse(call, 'argument', '', 'the subcommand is missing.');
  const name = literal(call, word, 'the subcommand');
  const [second, ...others] = rest;
  const two = `${name} ${second?.literal ?? ''}`;
  if (Object.hasOwn(GIT_OPTIONS, two)) return { name: two, args: others };
  if (
    name === 'reflog' &&
    (second === undefined || !/^(expire|delete|exists|drop|write|list)$/.test(second.literal ?? 'expire'))
  ) {
    return { name: 'reflog show', args: rest };
  }
  if (Object.hasOwn(GIT_OPTIONS, name)) return { name, args: rest };
  throw refuse(
    call,
    'command',
    name,
    'only subcommands that read are allowed: log, show, diff, status, blame, shortlog, rev-parse, rev-list, ls-files, ls-tree, cat-file, grep, branch --list, tag --list, describe, for-each-ref, show-ref, merge-base, config --get, remote -v, stash list, reflog and the like.',
  );
}

const git: CommandRule = {
  anyArgument: false,
  // It is started through a function of the shell, which a program cannot call.
  program: false,
  check: (call) => {
    const before = globals(call);
    call.ctx.define(GIT_GUARD_DEFINITION);
    const words = [String(before.printed.length), ...before.printed];
    if (before.at >= call.args.length && before.printed.includes('--version')) {
      return { run: GIT_GUARD, args: words, effect: 'read' };
    }
    const { name, args } = subcommand(call, call.args[before.at], call.args.slice(before.at + 1));
    const dashes = args.findIndex((arg) => arg.literal === '--');
    const head = dashes === -1 ? args : args.slice(0, dashes);
    const paths = dashes === -1 ? [] : args.slice(dashes + 1);
    const allowed = GIT_OPTIONS[name];
    if (!allowed) throw refuse(call, 'command', name, 'it is not on the list.');
    const parsed = parseOptions({ ...call, name: `git ${name}`, args: head }, allowed);
    checkOperands({ ...call, name: `git ${name}` }, name, {
      ...parsed,
      operands: [...parsed.operands, ...(/^(branch|tag|config|symbolic-ref|remote)$/.test(name) ? paths : [])],
    });
    for (const option of ['--diff-merges', '--remerge-diff', '--show-signature']) {
      if (has(parsed, option)) throw refuse(call, 'option', option, 'it can run a program that the repository names.');
    }
    const operands = parsed.operands.map((arg) => arg.single ?? arg.printed);
    const unsure = parsed.operands.find((arg) => mayBeOption(arg));
    if (unsure && !ENDS_OPTIONS.test(name)) {
      throw refuse(
        call,
        'dynamic-argument',
        unsure.text,
        'it could become an option. Put `--` in front if it is a path, or write it out.',
      );
    }
    // Without a revision, shortlog would wait for a log on its standard input.
    if (
      name === 'shortlog' &&
      operands.length === 0 &&
      !has(parsed, '--all', '--branches', '--tags', '--remotes', '--glob')
    ) {
      operands.push('HEAD');
    }
    return {
      run: GIT_GUARD,
      effect: 'read',
      args: [
        ...words,
        ...name.split(' '),
        ...(INJECTED[name] ?? []),
        ...parsed.options,
        ...(unsure ? ['--end-of-options'] : []),
        ...operands,
        ...(dashes === -1 ? [] : ['--', ...paths.map((arg) => arg.printed)]),
      ].map((word) => (word === '' ? quote(word) : word)),
    };
  },
};

/** Reading the history of a repository. */
export const GIT_RULES: Rules = { git };
