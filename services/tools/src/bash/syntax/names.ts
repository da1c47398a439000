import { Refusal } from '../verdict.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names of our own in a printed script: no line may use them. */
export const OWN_PREFIX = '__holdfast_';

/**
 * Variables that bash, the dynamic linker or an allowed command acts on. Other names are harmless, because no line can
 * export one: what is not exported reaches no program.
 */
const SPECIAL =
  /^(_|PATH|HOME|SHELL|TERM|PWD|OLDPWD|LANG|LANGUAGE|LC_.*|LD_.*|GIT_.*|BASH.*|POSIX.*|ENV|PS[0-4]|PROMPT_.*|COMP.*|HIST.*|histchars|CDPATH|DIRSTACK|EPOCH.*|EUID|UID|PPID|EXECIGNORE|FCEDIT|FIGNORE|FUNCNAME|FUNCNEST|GLOBIGNORE|GLOBSORT|GROUPS|HOST.*|IGNOREEOF|INPUTRC|INSIDE_EMACS|LINENO|LINES|COLUMNS|MACHTYPE|MAIL.*|MAPFILE|OPTARG|OPTERR|OPTIND|OSTYPE|PIPESTATUS|RANDOM|READLINE_.*|REPLY|SECONDS|SHELLOPTS|SHLVL|SRANDOM|TIMEFORMAT|TMOUT|TMPDIR|TEXTDOMAIN.*|auto_resume|PAGER|LESS.*|EDITOR|VISUAL|TZ|MALLOC_.*|GCONV_PATH|NLSPATH|GREP_.*|XDG_.*|SSL_.*)$/;

/** Special variables whose value is always a number, so that arithmetic may read them. */
const NUMBERS = /^(LINENO|RANDOM|SRANDOM|SECONDS|EPOCHSECONDS|UID|EUID|PPID|BASHPID)$/;

/** Whether bash or a program acts on this variable. */
export function isSpecial(name: string): boolean {
  return SPECIAL.test(name);
}

/** Whether this variable of bash is a number at all times. */
export function isAlwaysNumber(name: string): boolean {
  return NUMBERS.test(name);
}

/** Refuses a name that is no plain variable, or one whose value can make a program run something. */
export function assignable(name: string): string {
  if (!NAME.test(name)) {
    throw new Refusal('variable', name, `\`${name}\` is not a plain variable name. Use letters, digits and _ only.`);
  }
  if (name.startsWith(OWN_PREFIX)) {
    throw new Refusal('variable', name, `Names that start with \`${OWN_PREFIX}\` are reserved. Use another name.`);
  }
  if (name === 'IFS') return name;
  if (isSpecial(name)) {
    throw new Refusal(
      'variable',
      name,
      `\`${name}\` must not be set: the shell or a program acts on its value. Use a lower-case name of your own.`,
    );
  }
  return name;
}

/** The name of a variable that is only read. */
export function readable(name: string): string {
  if (NAME.test(name) || /^([0-9]+|[@*#?$!-])$/.test(name)) return name;
  throw new Refusal('expansion', name, `\`${name}\` is not a variable that can be read.`);
}

const ENVIRONMENT = /^(LC_ALL|LC_COLLATE|LC_CTYPE|LC_NUMERIC|LC_TIME|LANG|TZ|COLUMNS)$/;

/** Refuses `NAME=value command` unless the variable only changes how things are sorted and shown. */
export function environmentVariable(name: string, value: string | undefined, word: string): void {
  if (!ENVIRONMENT.test(name)) {
    throw new Refusal(
      'variable',
      word,
      `\`${name}=\` in front of a command is not allowed: the environment can make a program run something. Only LC_ALL, LC_COLLATE, LC_CTYPE, LC_NUMERIC, LC_TIME, LANG, TZ and COLUMNS may be set for a command.`,
    );
  }
  if (value === undefined || !/^[A-Za-z0-9_.@+-]*(\/[A-Za-z0-9_+-]+)?$/.test(value)) {
    throw new Refusal('variable', word, `The value of \`${name}\` must be a plain word such as C, en_US.UTF-8 or UTC.`);
  }
}
