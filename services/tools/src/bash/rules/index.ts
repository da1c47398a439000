import { FILE_RULES } from './files.ts';
import { FIND_RULES } from './find.ts';
import { GIT_RULES } from './git.ts';
import { type Call, type CommandRule, harmless, type Rules } from './rule.ts';
import type { Arg } from '../syntax/arg.ts';
import { Refusal } from '../verdict.ts';
import { DECLARATIONS } from '../syntax/assignment.ts';
import { SHELL_RULES } from './shell.ts';
import { TEXT_RULES } from './text.ts';
import { wrapperRules } from './wrappers.ts';

/** Where programs may be named by their whole path. */
const FOLDERS = /^\/(usr\/)?bin\/(?<name>[^/]+)$/;

const RULES: Rules = {
  ...TEXT_RULES,
  ...SHELL_RULES,
  readarray: SHELL_RULES['mapfile'] as CommandRule,
  ...FILE_RULES,
  ...FIND_RULES,
  ...GIT_RULES,
  ...wrapperRules((call, name) => findRule(call, name)),
};

/** The commands that may stand in a line, operators' additions aside. */
export const COMMAND_NAMES: readonly string[] = [...Object.keys(RULES), ...DECLARATIONS];

const INTERPRETERS =
  /^(r?bash|sh|dash|zsh|ksh|mksh|fish|csh|tcsh|busybox|python[\d.]*|pypy\d*|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|php[\d.]*|lua[\d.]*|luajit|tclsh[\d.]*|wish|expect|Rscript|R|java|julia|guile|gdb|osascript|pwsh|make|cmake|ninja|npm|npx|pnpm|yarn|pip[\d.]*|cargo|go|gcc|g\+\+|cc|tcc|clang|ld|as|m4|bc|dc|ed|ex|vi|vim|nvim|view|emacs|nano|less|more|most|man|info|script|watch|sqlite3|psql|mysql|octave|jshell|groovy|scala|erl|elixir|iex|ocaml|ghc|runghc|swipl|sbcl|clisp|gnuplot)$/;

const WHY: readonly (readonly [RegExp, string])[] = [
  [
    /^(eval|source|\.|trap|alias|unalias|enable|builtin|hash|bind|complete|compgen|compopt|fc|history|exec)$/,
    'it runs or redefines commands in ways that cannot be checked beforehand. Write the commands themselves.',
  ],
  [/^(let)$/, 'write $(( )) or (( )).'],
  [/^(getopts)$/, 'write the arguments out.'],
  [
    /^(sudo|su|doas|pkexec|chroot|unshare|nsenter|setpriv|setsid|nohup|stdbuf|strace|ltrace|ionice|taskset|flock|parallel|time|runuser|start-stop-daemon|systemd-run|at|batch|crontab|daemonize|screen|tmux)$/,
    'it starts another program. Write the command itself.',
  ],
  [
    /^(curl|wget|nc|ncat|netcat|socat|ssh|scp|sftp|rsync|ftp|telnet|dig|nslookup|host|ping)$/,
    'commands have no network. What the run needs is under /input or /workspace.',
  ],
  [/^(ln|link)$/, 'links could lead out of the workspace. Use cp.'],
  [
    /^(dd|split|csplit|install|truncate|shred|mknod|mkfifo|mktemp|patch|unzip|zip|cpio|ar|rename|unlink)$/,
    'it writes files in ways that are not checked. Use cp, mv, tee or a redirection.',
  ],
  [
    /^(zgrep|zless|zmore|bzgrep|xzgrep|zdiff)$/,
    'it is a script that starts other programs. Write `zcat file | grep ...`.',
  ],
  [
    /^(kill|pkill|killall|ulimit|umask|suspend|disown|bg|fg|jobs|times|dirs|pushd|popd|logout|caller)$/,
    'it is not needed here. Use cd with a written-out folder; time limits end a command by themselves.',
  ],
];

/**
 * Finds the rule of a command by its name as written.
 *
 * @throws Refusal where it is not known beforehand or not on the list.
 */
export function findRule(call: Call, word: Arg): { readonly name: string; readonly rule: CommandRule } {
  if (word.literal === undefined) {
    throw new Refusal(
      'dynamic-command',
      word.text,
      `\`${word.text}\` stands where a command is expected, but which command that is cannot be known before it runs. Write the name of the command.`,
    );
  }
  const name = FOLDERS.exec(word.literal)?.groups?.['name'] ?? word.literal;
  if (Object.hasOwn(RULES, name)) {
    const rule = RULES[name] as CommandRule;
    // By its path a builtin of the shell would be another program, with rules that were not looked at.
    if (name === word.literal || rule.program) return { name, rule };
  }
  if (call.ctx.allow.has(name)) return { name, rule: harmless };
  if (name.includes('/')) {
    throw new Refusal(
      'command',
      word.text,
      `\`${word.text}\` is not allowed: programs of the workspace or the input are not run. Use the commands of the list by name.`,
    );
  }
  if (INTERPRETERS.test(name)) {
    throw new Refusal(
      'interpreter',
      word.text,
      `\`${name}\` is not allowed: it runs programs of its own language. Use grep, sed, awk, cut, sort, find and git instead.`,
    );
  }
  const why = WHY.find(([names]) => names.test(name))?.[1];
  throw new Refusal(
    'command',
    word.text,
    `\`${name === '' ? word.text : name}\` is not allowed: ${why ?? 'it is not on the list of commands. Use those that are: ls, cat, grep, find, sed, awk, sort, git and so on.'}`,
  );
}

/** Whether a name has a meaning already, so that no function may take it. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(RULES, name) || INTERPRETERS.test(name) || WHY.some(([names]) => names.test(name));
}
