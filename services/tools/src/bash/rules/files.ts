import type { Arg } from '../syntax/arg.ts';
import { writable } from '../syntax/path.ts';
import type { EffectName } from '../verdict.ts';
import { type Options, type Parsed, parseOptions, printParsed } from './getopt.ts';
import { type Call, type CommandRule, literal, refuse, type Rules } from './rule.ts';

function writer(
  options: Options,
  effect: (parsed: Parsed) => EffectName,
  targets: (call: Call, parsed: Parsed) => readonly Arg[],
): CommandRule {
  return {
    anyArgument: false,
    program: true,
    check: (call) => {
      const parsed = parseOptions(call, options);
      const into = call.name === 'cp' || call.name === 'mv' ? parsed.operands.at(-1) : undefined;
      for (const target of targets(call, parsed)) writable(target, call.ctx, target === into);
      return { args: printParsed(parsed), effect: effect(parsed) };
    },
  };
}

const write = (): EffectName => 'write';
const terminal = (arg: Arg): boolean => /^\/dev\/(null|stdout|stderr)$/.test(arg.literal ?? '');
const all = (_call: Call, { operands }: Parsed): readonly Arg[] => operands;

function destination(call: Call, { operands, found }: Parsed): readonly Arg[] {
  const given = [...(found.get('-t') ?? []), ...(found.get('--target-directory') ?? [])];
  if (given.length > 0) throw refuse(call, 'option', '-t', 'write the target last instead.');
  const last = operands.at(-1);
  if (last === undefined || operands.length < 2) throw refuse(call, 'argument', '', 'source and target are needed.');
  if (last.literal === undefined) throw refuse(call, 'path', last.text, 'the target must be written out.');
  return [last];
}

/** Commands that change files of the workspace. */
export const FILE_RULES: Rules = {
  mkdir: writer(
    { flags: 'pv', long: ['parents', 'verbose'], hint: 'Use -p.' },
    ({ found }) => (found.has('-p') || found.has('--parents') ? 'idempotent' : 'write'),
    all,
  ),
  touch: writer({ flags: 'acm', long: ['no-create'], hint: 'Use -a, -c or -m.' }, () => 'idempotent', all),
  rmdir: writer({ flags: 'pv', long: ['parents', 'verbose'], hint: 'Use -p.' }, write, all),
  rm: writer({ flags: 'rRfvd', long: ['recursive', 'force', 'verbose', 'dir'], hint: 'Use -r and -f.' }, write, all),
  cp: writer(
    {
      flags: 'rRapfnuvTLPH',
      long: ['recursive', 'archive', 'force', 'no-clobber', 'update', 'verbose', 'no-target-directory', 'parents'],
      hint: 'Links (-s, -l), backups and -t are refused. Use -r, -a, -n, -u or -v.',
    },
    write,
    destination,
  ),
  mv: writer(
    {
      flags: 'fnuvT',
      long: ['force', 'no-clobber', 'update', 'verbose', 'no-target-directory'],
      hint: 'Use -f, -n, -u or -v.',
    },
    write,
    (call, parsed) => {
      destination(call, parsed);
      return parsed.operands;
    },
  ),
  tee: writer({ flags: 'ai', long: ['append', 'ignore-interrupts'], hint: 'Use -a.' }, write, (_call, { operands }) =>
    operands.filter((arg) => !terminal(arg)),
  ),
  chmod: writer(
    { flags: 'Rvcf', long: ['recursive', 'verbose'], hint: 'Use -R.' },
    write,
    (call, { operands: [mode, ...files] }) => {
      const text = mode === undefined ? '' : literal(call, mode, 'the mode');
      if (!/^([ugoa]*[-+=][rwxX]*)(,[ugoa]*[-+=][rwxX]*)*$|^0?[0-7]{3}$/.test(text)) {
        throw refuse(call, 'argument', text, 'the mode must be like u+x, a=rX or 644.');
      }
      return files;
    },
  ),
};
