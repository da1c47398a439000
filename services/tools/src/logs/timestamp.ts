/** A time as a line of a log gives it. */
export interface Stamp {
  /** Epoch milliseconds; without a zone the clock's figures are taken as UTC. */
  readonly time: number;
  readonly zoned: boolean;
  /** Where the rest of the line begins. */
  readonly end: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLOCK = String.raw`(\d{2}):(\d{2}):(\d{2})(?:[.,:](\d{1,9}))?`;
const ZONE = String.raw`(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?`;
/** Before the time there may be a few words: a host, a container, an address, an opening bracket. */
const BEFORE = String.raw`^(?:\S{1,60} ){0,3}?[[("<]?`;
const ISO = new RegExp(`${BEFORE}(\\d{4})[-/.](\\d{2})[-/.](\\d{2})[T _]${CLOCK}${ZONE}[\\])">]?`);
const ACCESS = new RegExp(`^[^[]{0,200}\\[(\\d{2})/([A-Z][a-z]{2})/(\\d{4}):${CLOCK}${ZONE}\\]`);
const SYSLOG = new RegExp(`^(?:<\\d{1,3}>)?([A-Z][a-z]{2}) +(\\d{1,2}) ${CLOCK}`);
const ERROR_LOG = new RegExp(`^\\[?[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\\d{1,2}) ${CLOCK}(?: (\\d{4}))?\\]?`);
const GLOG = new RegExp(`^[IWEF](\\d{2})(\\d{2}) ${CLOCK}`);
const EPOCH = /^\[?(\d{10})(?:\.(\d{1,9})|(\d{3}))?\]?(?=\s)/;

/**
 * Finds the time at the beginning of a line, in the common formats. Formats without a year take the latest one that
 * does not lie after `now` (epoch milliseconds; when the file was last written).
 */
export function stampOf(line: string, now: number): Stamp | undefined {
  const head = line.slice(0, 320);
  const iso = ISO.exec(head);
  if (iso) {
    const [all, year, month, day, hour, minute, second, fraction, zone] = iso;
    return stamp([year, month, day], [hour, minute, second, fraction], zone, all.length);
  }
  const access = ACCESS.exec(head);
  if (access) {
    const [all, day, month = '', year, hour, minute, second, fraction, zone] = access;
    return stamp([year, monthOf(month), day], [hour, minute, second, fraction], zone, all.length);
  }
  const syslog = SYSLOG.exec(head);
  if (syslog) {
    const [all, month = '', day, hour, minute, second, fraction] = syslog;
    return withoutYear([monthOf(month), day], [hour, minute, second, fraction], now, all.length);
  }
  const error = ERROR_LOG.exec(head);
  if (error) {
    const [all, month = '', day, hour, minute, second, fraction, year] = error;
    const clock = [hour, minute, second, fraction];
    if (year !== undefined) return stamp([year, monthOf(month), day], clock, undefined, all.length);
    return withoutYear([monthOf(month), day], clock, now, all.length);
  }
  const glog = GLOG.exec(head);
  if (glog) {
    const [all, month, day, hour, minute, second, fraction] = glog;
    return withoutYear([month, day], [hour, minute, second, fraction], now, all.length);
  }
  const epoch = EPOCH.exec(head);
  if (!epoch) return undefined;
  const [all, seconds = '', fraction = '', milliseconds = ''] = epoch;
  const time = Number(seconds) * 1000 + Number(milliseconds || Math.floor(Number(`0.${fraction || '0'}`) * 1000));
  return { time, zoned: true, end: all.length };
}

type Part = string | undefined;

function stamp(date: readonly Part[], clock: readonly Part[], zone: Part, end: number): Stamp | undefined {
  const [year, month, day] = date.map(Number);
  const [hour, minute, second] = clock.slice(0, 3).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const start = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(start);
  if (Number.isNaN(start) || read.getUTCMonth() !== month - 1) return undefined;
  const fraction = Math.floor(Number(`0.${clock[3] ?? '0'}`) * 1000);
  return { time: start + fraction - offsetOf(zone), zoned: zone !== undefined, end };
}

function withoutYear(date: readonly Part[], clock: readonly Part[], now: number, end: number): Stamp | undefined {
  const year = new Date(now).getUTCFullYear();
  // A day of grace: the clock of the log may stand in another zone than that of the file.
  const latest = now + 24 * 60 * 60 * 1000;
  const found = stamp([String(year), ...date], clock, undefined, end);
  return found && found.time > latest ? stamp([String(year - 1), ...date], clock, undefined, end) : found;
}

function monthOf(name: string): string {
  return String(MONTHS.indexOf(name) + 1);
}

function offsetOf(zone: Part): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
