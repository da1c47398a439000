/** What a cell holds. */
export type Kind = 'missing' | 'integer' | 'decimal' | 'date' | 'boolean' | 'text';

/** A cell, understood. `number` is the value of a number, or the time of a date in epoch milliseconds. */
export interface Value {
  readonly kind: Kind;
  readonly number?: number;
}

const MISSING = /^(?:|na|n\/a|#n\/a|nan|null|none|nil|-|--|\?)$/i;
const INTEGER = /^[+-]?(?:0|[1-9]\d{0,17}|[1-9]\d{0,2}(?:,\d{3})+)$/;
const DECIMAL =
  /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.\d*|\.\d+|\d+(?:\.\d*)?[eE][+-]?\d{1,3})(?:[eE][+-]?\d{1,3})?$/;
const DECIMAL_COMMA = /^[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+$/;
const BOOLEAN = /^(?:true|false|yes|no)$/i;
const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
const MAX_LENGTH = 40;

const TEXT: Value = { kind: 'text' };
const NOTHING: Value = { kind: 'missing' };
const LOGICAL: Value = { kind: 'boolean' };

/**
 * Understands a cell. Numbers with leading zeros are text: they are codes. `1,5` is a number only with `decimalComma`,
 * which holds where the comma does not separate cells.
 */
export function valueOf(cell: string, decimalComma: boolean): Value {
  const text = cell.trim();
  if (text.length > MAX_LENGTH) return TEXT;
  if (MISSING.test(text)) return NOTHING;
  const first = text.charCodeAt(0);
  // Most cells are words: a number or date begins with a digit, a sign or a point.
  if (first > 57) return BOOLEAN.test(text) ? LOGICAL : TEXT;
  if (decimalComma && DECIMAL_COMMA.test(text)) {
    return { kind: 'decimal', number: Number(text.replaceAll('.', '').replace(',', '.')) };
  }
  if (INTEGER.test(text)) return { kind: 'integer', number: Number(text.replaceAll(',', '')) };
  if (DECIMAL.test(text)) return { kind: 'decimal', number: Number(text.replaceAll(',', '')) };
  const time = timeOf(text);
  return time === undefined ? TEXT : { kind: 'date', number: time };
}

/** Times without a zone are taken as UTC: only their order matters. */
function timeOf(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = iso;
    const date = dayOf(Number(year), Number(month), Number(day));
    if (date === undefined || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
    const clock =
      (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000 + Number(`0.${fraction}`) * 1000;
    return date + Math.floor(clock) - zoneOf(zone);
  }
  const dotted = DOTTED.exec(text);
  return dotted ? dayOf(Number(dotted[3]), Number(dotted[2]), Number(dotted[1])) : undefined;
}

function dayOf(year: number, month: number, day: number): number | undefined {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : undefined;
}

function zoneOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
