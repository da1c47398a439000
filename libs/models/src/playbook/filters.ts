import { HoldfastError } from '@holdfast/protocol';

type Filter = (value: unknown, ...args: unknown[]) => unknown;

/**
 * The filters that templates have beside those of Liquid. docs/playbooks.md lists them; a test keeps the two alike.
 * All are pure and take time in proportion to their input.
 */
export const FILTERS: Readonly<Record<string, Filter>> = {
  lines: (value) => split(text(value), '\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)),
  records: (value) => split(text(value), '\0'),
  columns: (value, count, separator) => columns(text(value), count, separator),
  parse_json: (value) => parseJson(text(value)),
  bytes: (value) => bytes(Number(value)),
  thousands: (value) => thousands(value),
  percent: (value, total) => percent(Number(value), Number(total)),
  md_cell: (value) => escapeMarkdown(text(value).replaceAll(/[\r\n]+/g, ' ')),
  md_code: (value) => inlineCode(text(value).replaceAll(/[\r\n]+/g, ' ')),
  md_fence: (value, language) => fence(text(value), text(language)),
  shell_quote: (value) => `'${text(value).replaceAll("'", `'\\''`)}'`,
};

/** What a value looks like as text: nothing for null, JSON for what has an inside. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? '';
}

/** Splits at `separator`; one at the very end closes the last piece and begins no new one. */
function split(value: string, separator: string): string[] {
  const pieces = value.split(separator);
  if (pieces.at(-1) === '') pieces.pop();
  return pieces;
}

/** At most `count` columns, the last with all that is left; at white space, or at `separator`. */
function columns(value: string, count: unknown, separator: unknown): string[] {
  const most = typeof count === 'number' && count > 0 ? count : Number.POSITIVE_INFINITY;
  const result: string[] = [];
  let rest = separator === undefined ? value.trim() : value;
  while (result.length + 1 < most) {
    const at = separator === undefined ? rest.search(/\s/) : rest.indexOf(text(separator));
    if (at < 0) break;
    result.push(rest.slice(0, at));
    rest = separator === undefined ? rest.slice(at).trimStart() : rest.slice(at + Math.max(1, text(separator).length));
  }
  if (rest !== '' || separator !== undefined) result.push(rest);
  return result;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new HoldfastError('INVALID_ARGUMENT', `parse_json: this is not JSON: ${value.slice(0, 80)}`, { cause });
  }
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function bytes(value: number): string {
  if (!Number.isFinite(value)) return '';
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}

function thousands(value: unknown): string {
  const number = text(value);
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(number);
  return match ? `${match[1]}${(match[2] ?? '').replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}${match[3] ?? ''}` : number;
}

function percent(value: number, total: number): string {
  return Number.isFinite(value / total) ? `${((value / total) * 100).toFixed(1)} %` : '';
}

/** Text that shows as it is in Markdown, also in the cell of a table. */
function escapeMarkdown(value: string): string {
  return value.replaceAll(/[\\`*_[\]<>|~#&!]/g, String.raw`\$&`);
}

function inlineCode(value: string): string {
  if (value.trim() === '') return '';
  const fenceText = '`'.repeat(longestRun(value) + 1);
  const pad = value.startsWith('`') || value.endsWith('`') ? ' ' : '';
  // A pipe ends the cell of a table even inside code, so it is escaped there, as GitHub's Markdown wants it.
  return `${fenceText}${pad}${value.replaceAll('|', String.raw`\|`)}${pad}${fenceText}`;
}

function fence(value: string, language: string): string {
  const marks = '`'.repeat(Math.max(3, longestRun(value) + 1));
  return `${marks}${language.replaceAll(/[^\w+-]/g, '')}\n${value}${value.endsWith('\n') ? '' : '\n'}${marks}`;
}

function longestRun(value: string): number {
  return Math.max(0, ...(value.match(/`+/g) ?? []).map((run) => run.length));
}
