const NOISE = [
  /^\s*at\s/,
  /^\s*[\^~|]+\s*$/,
  /^\s*[[\]{}(),;]+\s*$/,
  /^\s*(?:code|errno|syscall|path|requireStack|url|cause|\[cause\]):?\s/,
  /^\s*throw\s/,
  /^Node\.js v\d/,
  /^\S+:\d+$/,
  /^(?:npm|pnpm) (?:warn|notice|WARN|notice)\b/,
  /^npm (?:error|ERR!)\s*(?:A complete log|Log files|code\b|errno\b|syscall\b|path\b|type\b|at\b|$)/,
];
const ERROR = /^(?:Uncaught |npm error |npm ERR! )?(?:[\w.]*(?:Error|Exception)\b.*?:|[Ee]rror:|fatal:)/;

/** The line of what a program wrote to stderr that says best why it ended: no stack, no banner. Empty: it said nothing. */
export function lastWords(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !NOISE.some((pattern) => pattern.test(line)));
  const line =
    lines.findLast((one) => ERROR.test(one)) ??
    lines.findLast((one) => /^npm (?:error|ERR!)/.test(one)) ??
    lines.at(-1);
  return (line ?? '').trim().slice(0, 300);
}
