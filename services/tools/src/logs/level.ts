/** How grave an entry is, most grave first. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'none'] as const;
export type Level = (typeof LEVELS)[number];

const WORDS: Readonly<Record<string, Level>> = {
  emerg: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
  panic: 'fatal',
  fatal: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  error: 'error',
  err: 'error',
  severe: 'error',
  warn: 'warn',
  warning: 'warn',
  notice: 'info',
  info: 'info',
  information: 'info',
  debug: 'debug',
  trace: 'debug',
  verbose: 'debug',
  fine: 'debug',
};
const NAMED = /\b(?:level|severity|lvl)["']?\s*[=:]\s*["']?([A-Za-z]+)/i;
/** A level stands alone, in capitals or in brackets, near the beginning. */
const UPPER =
  /\b(EMERG(?:ENCY)?|ALERT|PANIC|FATAL|CRIT(?:ICAL)?|ERROR|ERR|SEVERE|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE|VERBOSE|FINE)\b/;
const BRACKETED =
  /[[<(|]\s*(?:\w+:)?(emerg|alert|panic|fatal|crit(?:ical)?|error|err|severe|warn(?:ing)?|notice|info|debug|trace)\s*[\])>|]/i;
const PREFIXED = /^\s*(?:npm )?(panic|fatal(?: error)?|error|err|warn(?:ing)?|info|debug|notice|trace)\b\s*[:!]/i;
const GLOG = /^([IWEF])\d{4} \d{2}:/;
const ACCESS = /" ([1-5])\d{2} (?:\d+|-)/;
const ALARMING =
  /\b(?:Traceback|segfault|Segmentation fault|core dumped|Out of memory|OOM|Unhandled|Uncaught|panic:)|\b[A-Z]\w*(?:Exception|Error)\b(?!\s*=)/;
const HEAD = 160;

/** The level of an entry: as it is written; without one, that of what it says. */
export function levelOf(line: string, message: string): Level {
  const head = message.slice(0, HEAD);
  const glog = GLOG.exec(line)?.[1];
  if (glog) return glog === 'E' ? 'error' : glog === 'W' ? 'warn' : glog === 'F' ? 'fatal' : 'info';
  const word = NAMED.exec(head)?.[1] ?? BRACKETED.exec(head)?.[1] ?? UPPER.exec(head)?.[1] ?? PREFIXED.exec(head)?.[1];
  const named = word === undefined ? undefined : levelOfWord(word.split(' ')[0] ?? '');
  if (named) return named;
  const status = ACCESS.exec(line)?.[1];
  if (status !== undefined) return status === '5' ? 'error' : 'info';
  return ALARMING.test(message.slice(0, 1000)) ? 'error' : 'none';
}

/** The level that a word or a number (of pino and bunyan) of a structured log stands for. */
export function levelOfWord(word: string | number): Level | undefined {
  if (typeof word === 'string') return WORDS[word.toLowerCase()];
  if (word >= 60) return 'fatal';
  if (word >= 50) return 'error';
  if (word >= 40) return 'warn';
  return word >= 30 ? 'info' : 'debug';
}
