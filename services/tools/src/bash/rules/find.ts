import type { Arg } from '../syntax/arg.ts';
import { type Call, type CommandRule, oneWord, refuse, type Rules } from './rule.ts';
import { words } from './words.ts';

/** Tests and actions of find, with the number of values that follow each. */
const EXPRESSION: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    words(
      'depth daystart mount xdev noleaf follow ignore_readdir_race noignore_readdir_race',
      'empty executable false nogroup nouser readable true writable ls print print0',
      'prune quit not a and o or',
    ).map((name) => [name, 0]),
  ),
  ...Object.fromEntries(
    words(
      'maxdepth mindepth regextype amin anewer atime cmin cnewer ctime fstype gid',
      'group ilname iname inum ipath iregex iwholename links lname mmin mtime',
      'name newer newermt newerat newerct newermm path perm regex samefile size',
      'type uid used user wholename xtype printf',
    ).map((name) => [name, 1]),
  ),
};

const HINT =
  'find may only look and print: -exec, -execdir, -ok, -okdir run programs, -delete, -fprint, -fprintf, -fls change files. Pipe the names on instead: `find ... -print0 | xargs -0 wc -l`.';

function startPoint(call: Call, arg: Arg): string {
  if (arg.lead === '' || /^[-()!,]/.test(arg.lead) || (arg.single === undefined && arg.splits)) {
    throw refuse(
      call,
      'dynamic-argument',
      arg.text,
      'what it stands for could be taken for -exec or -delete. Begin it with a path: `find ./"$x"` or `find ./*.d`.',
    );
  }
  return arg.single ?? arg.printed;
}

const find: CommandRule = {
  anyArgument: false,
  program: true,
  check: (call) => {
    const printed: string[] = [];
    const { args } = call;
    let at = 0;
    while (/^-[HLP]+$/.test(args[at]?.literal ?? '')) printed.push(args[at++]?.printed ?? '');
    for (; at < args.length && !/^[-()!,]/.test(args[at]?.literal ?? ''); at++) {
      printed.push(startPoint(call, args[at] as Arg));
    }
    while (at < args.length) {
      const arg = args[at++] as Arg;
      const word = arg.literal;
      if (word === undefined) {
        throw refuse(
          call,
          'dynamic-argument',
          arg.text,
          'it stands where a test or an action is expected, and could be -exec or -delete. Quote a pattern: -name "*.c".',
        );
      }
      if (/^[()!,]$/.test(word)) {
        printed.push(arg.printed);
        continue;
      }
      const values =
        word.startsWith('-') && Object.hasOwn(EXPRESSION, word.slice(1)) ? EXPRESSION[word.slice(1)] : undefined;
      if (values === undefined) throw refuse(call, 'option', word, HINT);
      printed.push(arg.printed);
      if (values === 1) {
        const value = args[at++];
        if (value === undefined) throw refuse(call, 'argument', word, 'its value is missing.');
        printed.push(oneWord(call, value));
      }
    }
    return { args: printed, effect: 'read' };
  },
};

/** Finding files. */
export const FIND_RULES: Rules = { find };
