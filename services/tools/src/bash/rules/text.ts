import { mayBeOption } from '../syntax/arg.ts';
import { quote } from '../syntax/quote.ts';
import { checkAwk } from './awk.ts';
import { parseOptions, printParsed, reader } from './getopt.ts';
import { type CommandRule, harmless, literal, oneWord, refuse, type Rules } from './rule.ts';
import { checkSed } from './sed.ts';
import { words } from './words.ts';

/** Programs without any option that writes a file or starts a program. */
const HARMLESS = words(
  'cat tac nl head tail wc cut tr paste join comm fold fmt pr rev',
  'expand unexpand column seq od hexdump cksum sum md5sum sha1sum sha224sum',
  'sha256sum sha384sum sha512sum b2sum base64 base32 basename dirname realpath',
  'readlink stat du df ls dir vdir grep egrep fgrep cmp tsort factor',
  'numfmt expr jq uname whoami id groups nproc arch printenv which sleep zcat',
);

const sort = reader({
  flags: 'bdfgiMhnRrVcCmsuz',
  values: 'ktS',
  long: words(
    'ignore-leading-blanks dictionary-order ignore-case general-numeric-sort ignore-nonprinting',
    'month-sort human-numeric-sort numeric-sort random-sort reverse sort= version-sort',
    'check[=] merge stable unique zero-terminated key= field-separator= debug parallel=',
  ),
  hint: 'Options that write (-o, -T) or run a program (--compress-program) are refused. Redirect the output instead: `sort ... > file`.',
});

const uniq = reader(
  {
    flags: 'cdDiuz',
    values: 'fsw',
    long: words(
      'count repeated all-repeated[=] skip-fields= group[=] ignore-case skip-chars= unique',
      'zero-terminated check-chars=',
    ),
    hint: 'Use -c, -d, -u, -i, -f, -s or -w.',
  },
  (call, { operands }) => {
    const [first, second] = operands;
    const extra = second ?? (first && first.single === undefined ? first : undefined);
    if (extra)
      throw refuse(call, 'argument', extra.text, 'the second operand of uniq is written. Redirect the output.');
  },
);

const sed: CommandRule = {
  anyArgument: false,
  program: true,
  check: (call) => {
    const parsed = parseOptions(call, {
      flags: 'nErsuz',
      values: 'e',
      long: ['quiet', 'silent', 'expression=', 'regexp-extended', 'separate', 'unbuffered', 'null-data'],
      hint: 'sed may only print: options that write files (-i) or read the script from a file (-f) are refused. Redirect the output into the workspace instead.',
    });
    const given = [...(parsed.found.get('-e') ?? []), ...(parsed.found.get('--expression') ?? [])];
    const scripts = given.length > 0 ? given : parsed.operands.slice(0, 1);
    const texts = scripts.map((script) => {
      const text = typeof script === 'string' ? script : literal(call, script, 'the sed script');
      return text;
    });
    if (given.length > 0 && parsed.found.has('-e') && parsed.found.has('--expression')) {
      throw refuse(call, 'program', '--expression', 'mixing -e and --expression is not supported. Use -e.');
    }
    if (texts.length === 0) throw refuse(call, 'program', '', 'the script is missing.');
    checkSed(call, texts.join('\n'));
    return { args: printParsed(parsed), effect: 'read' };
  },
};

const awk: CommandRule = {
  anyArgument: false,
  program: true,
  check: (call) => {
    const parsed = parseOptions(
      call,
      {
        values: 'Fv',
        hint: 'Only -F and -v are allowed: options that load a program or an extension from a file are refused.',
      },
      false,
    );
    for (const value of parsed.found.get('-v') ?? []) {
      const lead = typeof value === 'string' ? value : value.lead;
      if (!/^-?v?[A-Za-z_]\w*=/.test(lead)) {
        throw refuse(call, 'argument', `-v ${lead}`, 'write it as -v name=value with the name written out.');
      }
    }
    const [program, ...files] = parsed.operands;
    if (program === undefined) throw refuse(call, 'program', '', 'the program is missing.');
    const text = literal(call, program, 'the awk program');
    checkAwk(call, text);
    return {
      args: [...parsed.options, '--', quote(text), ...files.map((file) => file.single ?? file.printed)],
      effect: 'read',
    };
  },
};

const tar: CommandRule = {
  anyArgument: false,
  program: true,
  check: (call) => {
    const [first, ...rest] = call.args;
    const old = first?.literal !== undefined && /^[tvzjJO]+f?$/.test(first.literal);
    const args =
      old && first ? [{ ...first, literal: `-${first.literal}`, lead: `-${first.literal}` }, ...rest] : call.args;
    const parsed = parseOptions(
      { ...call, args },
      {
        flags: 'tvzjJO',
        values: 'f',
        long: [
          'list',
          'verbose',
          'gzip',
          'bzip2',
          'xz',
          'file=',
          'wildcards',
          'exclude=',
          'numeric-owner',
          'full-time',
        ],
        hint: 'tar may only list (-t, with -v, -z, -j, -J, -f): options that write or run a program are refused.',
      },
    );
    if (!parsed.found.has('-t') && !parsed.found.has('--list')) {
      throw refuse(call, 'option', first?.text ?? '', 'tar may only list an archive: `tar -tf file`.');
    }
    for (const file of [...(parsed.found.get('-f') ?? []), ...(parsed.found.get('--file') ?? [])]) {
      // tar takes HOST:FILE for a file on another machine, and starts a program to get it.
      if (typeof file === 'string' ? file.includes(':') : (file.literal ?? ':').includes(':')) {
        throw refuse(call, 'path', '-f', 'the name of the archive must be written out, and hold no colon.');
      }
    }
    return { args: printParsed(parsed), effect: 'read' };
  },
};

const GZIP = {
  flags: 'cdltvk',
  long: ['stdout', 'to-stdout', 'decompress', 'uncompress', 'list', 'test', 'verbose', 'keep'],
  hint: 'Only reading is allowed: `gzip -dc file`, `-l`, `-t`.',
};

const unpack = reader(GZIP, (call, { found }) => {
  const reads = ['-c', '-l', '-t', '--stdout', '--to-stdout', '--list', '--test'].some((option) => found.has(option));
  if (!reads) throw refuse(call, 'option', '', 'it would replace the file. Write `-dc` to print it instead.');
});

const DIFF = reader({
  flags: 'abBcdeEiNnpqrsTtuwy',
  values: 'CUIxWFL',
  digits: true,
  long: words(
    'brief report-identical-files unified[=] context[=] side-by-side recursive new-file text',
    'ignore-case ignore-space-change ignore-all-space ignore-blank-lines ignore-trailing-space',
    'ignore-matching-lines= exclude= suppress-common-lines width= label= color[=] minimal',
    'strip-trailing-cr show-c-function no-dereference speed-large-files left-column',
  ),
  hint: 'Options that start a program (-l) are refused.',
});

const date = reader(
  {
    flags: 'uR',
    values: 'dr',
    attached: 'I',
    long: ['date=', 'utc', 'universal', 'iso-8601[=]', 'rfc-3339=', 'rfc-email', 'reference='],
    hint: 'Only showing a date is allowed: -d, -r, -u, -I, -R and +FORMAT.',
  },
  (call, { operands }) => {
    const wrong = operands.find((arg) => !arg.lead.startsWith('+') || arg.splits);
    if (wrong) throw refuse(call, 'argument', wrong.text, 'only a "+FORMAT" may follow; a date would be set.');
  },
);

/** ripgrep is checked by what it must not be given, since its harmless options are many. */
const rg: CommandRule = {
  anyArgument: false,
  program: true,
  check: (call) => {
    let ended = false;
    const args = call.args.map((arg) => {
      const wrong =
        /^--(pre|hostname-bin|search-zip|pre-glob|hyperlink-format)/.test(arg.lead) || /^-[^-]*z/.test(arg.lead);
      if (!ended && wrong) throw refuse(call, 'option', arg.text, 'it starts other programs. Leave it out.');
      if (!ended && arg.literal === undefined && mayBeOption(arg)) {
        throw refuse(call, 'dynamic-argument', arg.text, 'it could become an option. Put `--` in front of it.');
      }
      ended ||= arg.literal === '--';
      return ended ? arg.printed : (arg.single ?? arg.printed);
    });
    return { args: ['--no-config', ...args], effect: 'read' };
  },
};

const xxd = reader(
  { flags: 'bceEipu', values: 'cglos', hint: 'Only dumping is allowed, not -r.' },
  (call, { operands }) => {
    const [first, second] = operands;
    if (second ?? first?.splits) throw refuse(call, 'argument', second?.text ?? '', 'the second operand is written.');
  },
);

/** Commands that read and print. */
export const TEXT_RULES: Rules = {
  ...Object.fromEntries(HARMLESS.map((name) => [name, harmless])),
  sort,
  uniq,
  sed,
  awk,
  gawk: awk,
  mawk: awk,
  tar,
  gzip: unpack,
  gunzip: unpack,
  xz: unpack,
  bzip2: unpack,
  diff: DIFF,
  date,
  rg,
  xxd,
  file: reader({
    flags: 'bhiLkNnprs0',
    values: 'Fe',
    long: ['brief', 'mime', 'mime-type', 'mime-encoding', 'extension', 'no-dereference', 'dereference', 'separator='],
    hint: 'Options that write (-C) or load a magic file (-m) are refused.',
  }),
  tree: reader({
    flags: 'adfhilpqrstuxACDFJNQSX',
    values: 'LIP',
    long: ['noreport', 'dirsfirst', 'du', 'filelimit=', 'sort[=]', 'prune', 'gitignore', 'si', 'charset='],
    hint: 'Options that write a file (-o) are refused.',
  }),
  shuf: reader({
    flags: 'erz',
    values: 'in',
    long: ['echo', 'input-range=', 'head-count=', 'repeat', 'zero-terminated'],
    hint: 'Options that write a file (-o) are refused.',
  }),
  iconv: reader({
    flags: 'cs',
    values: 'ft',
    long: ['from-code=', 'to-code='],
    hint: 'Options that write a file (-o) are refused.',
  }),
  strings: reader({
    flags: 'afw',
    values: 'nte',
    digits: true,
    long: ['all', 'bytes=', 'radix=', 'encoding=', 'print-file-name'],
    hint: 'Use -a, -n, -t or -e.',
  }),
  printf: {
    anyArgument: false,
    program: false,
    check: (call) => {
      const [first, ...rest] = call.args;
      if (first?.lead.startsWith('-v')) {
        throw refuse(call, 'variable', first.text, 'it sets a variable by name. Write `name=$(printf ...)`.');
      }
      const format = first?.literal === '--' ? rest[0] : first;
      const others = first?.literal === '--' ? rest.slice(1) : rest;
      if (format === undefined) throw refuse(call, 'argument', '', 'the format is missing.');
      const text = literal(call, format, 'the format');
      if (/%[-+ #0'*.\d]*[hlLjzt]*n/.test(text.replaceAll('%%', ''))) {
        throw refuse(call, 'variable', format.text, '%n sets a variable by name.');
      }
      return { args: ['--', oneWord(call, format), ...others.map((arg) => arg.printed)], effect: 'read' };
    },
  },
};
