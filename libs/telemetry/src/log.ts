import { type DestinationStream, type Logger, pino } from 'pino';

import { isSecretKey, REDACTED, redactFields, redactText } from './redact.ts';

/** A structured logger: `log.info({ run_id }, 'sentence')`, `log.child({ run_id, trace_id, span_id })`. */
export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a logger is made. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Takes whole lines, for instance process.stderr. */
  readonly destination: DestinationStream;
  /** `json`: one object a line (for machines); `text`: one sentence a line (for a terminal). */
  readonly format: 'json' | 'text';
}

const FIELD = /"((?:[^"\\]|\\.)*)":"((?:[^"\\]|\\.)+)"/g;

/** Makes a logger whose lines hold no secrets, neither in fields nor in sentences nor in stacks. */
export function createLogger(options: LoggerOptions): Logger {
  const { destination, format, level } = options;
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactFields(fields) },
      hooks: { streamWrite: redactLine },
    },
    format === 'json' ? destination : { write: (line: string) => destination.write(formatLine(line)) },
  );
}

/** A logger that says nothing: for tests, and for what is used outside a server. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' }, { write: () => undefined });
}

/** Child loggers write their fields ahead of all formatters, so that the whole line is looked over once more. */
function redactLine(line: string): string {
  const named = line.replaceAll(FIELD, (field, key: string) => (isSecretKey(key) ? `"${key}":"${REDACTED}"` : field));
  return redactText(named);
}

/** One JSON line as one line for a person: time, level, sentence, fields. A stack follows on lines of its own. */
export function formatLine(line: string): string {
  const { time, level, message, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${plain(value)}`);
  const head = [clockTime(time), String(level).toUpperCase().padEnd(5), plain(message ?? ''), ...fields].join(' ');
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${plain(err.stack)}` : '';
  return `${head.trimEnd()}${stack}\n`;
}

function clockTime(time: unknown): string {
  return typeof time === 'string' ? time.slice(11, 19) : '';
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
