import { type Level, levelOf, levelOfWord } from './level.ts';
import { stampOf } from './timestamp.ts';

/** One line that begins an entry, understood. */
export interface Head {
  /** Epoch milliseconds. */
  readonly time: number | undefined;
  readonly zoned: boolean;
  readonly level: Level;
  /** The line without its time. */
  readonly message: string;
}

/** Lines that belong to the entry before them, whatever they begin with. */
const CONTINUES =
  /^(?:\s|Caused by:|Suppressed:|at \S|\.\.\. \d+ more|--- End of |Traceback \(most recent|During handling of|The above exception|[)}\]])/;
const AFTER_TRACE = /^[\w.]*(?:Error|Exception|Warning|Interrupt|Exit)\b/;

/** Understands a line that begins an entry. `now` helps where a log writes no year. */
export function headOf(line: string, now: number): Head {
  if (line.startsWith('{')) {
    const structured = fromJson(line);
    if (structured) return structured;
  }
  const stamp = stampOf(line, now);
  const message = stamp ? line.slice(stamp.end).trimStart() : line;
  return { time: stamp?.time, zoned: stamp?.zoned ?? false, level: levelOf(line, message), message };
}

/** Whether a line goes on with the entry of the lines before it. */
export class Continuation {
  #inTrace = false;

  /** `stamped`: entries of this file begin with a time, and this line has none. */
  check(line: string, stamped: boolean): boolean {
    const continues = this.#continues(line, stamped);
    if (line.startsWith('Traceback (most recent')) this.#inTrace = true;
    else if (!/^\s/.test(line)) this.#inTrace = false;
    return continues;
  }

  #continues(line: string, stamped: boolean): boolean {
    if (line === '' || CONTINUES.test(line)) return true;
    return stamped || (this.#inTrace && AFTER_TRACE.test(line));
  }
}

function fromJson(line: string): Head | undefined {
  const fields = parse(line);
  if (!fields) return undefined;
  const time = timeOf(first(fields, ['time', 'timestamp', '@timestamp', 'ts', 'date', 'datetime', 't']));
  const level = first(fields, ['level', 'severity', 'lvl', 'log.level', 'levelname', 'loglevel']);
  const message = first(fields, ['msg', 'message', 'event', 'error', 'err', 'log']);
  const text = typeof message === 'string' ? message : message === undefined ? line : JSON.stringify(message);
  const named = typeof level === 'string' || typeof level === 'number' ? levelOfWord(level) : undefined;
  return { time, zoned: true, level: named ?? levelOf(text, text), message: text };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function first(fields: Record<string, unknown>, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1e11 ? value : value * 1000;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
