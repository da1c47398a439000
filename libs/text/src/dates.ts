import { chineseNumber } from './numbers.ts';

/** A date that stands in a text. Zero: not said. */
export interface FoundDate {
  readonly start: number;
  readonly end: number;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const LONG = 'January February March April May June July August September October November December'.split(' ');
const SHORT = 'Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec'.split(' ');
const anyCase = (names: readonly string[]) =>
  names.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]).join('|');
const NAME = `(?:${anyCase(LONG)}|${anyCase(SHORT)})\\b\\.?`;
// "may" and "march" are verbs as well: without a day or a year only a capital makes them months.
const ALONE = `${anyCase(LONG.filter((name) => name !== 'May' && name !== 'March'))}|May|March`;
const DAY = '[0-3]?\\d(?:st|nd|rd|th)?';
const HAN_NUMBER = '[〇零一二三四五六七八九十]';
/** In the order in which they are tried at a place: the fuller first. */
const FORMS = [
  `(?<![\\d.])(?<y1>[12]\\d{3})([-/.])(?<m1>[01]?\\d)\\2(?<d1>[0-3]?\\d)(?!\\d)`,
  `(?<![\\d.])(?<y11>[12]\\d{3})[-/](?<m11>[01]\\d)(?![\\d]|[-/.]\\d)`,
  `\\b(?<d2>${DAY})(?: of)?[ -](?<m2>${NAME}),?[ -](?<y2>[12]\\d{3})\\b`,
  `\\b(?<m3>${NAME}) (?<d3>${DAY}),? (?:of )?(?<y3>[12]\\d{3})\\b`,
  `\\b(?<m4>${NAME}),? (?:of )?(?<y4>[12]\\d{3})\\b`,
  `\\b(?<d5>${DAY})(?: of)? (?<m5>${NAME})`,
  `\\b(?<m6>${NAME}) (?<d6>${DAY})(?![\\d:])\\b`,
  `(?<y7>[12]\\d{3}|[〇零一二三四五六七八九]{4})[ ]?年(?:[ ]?(?<m7>[01]?\\d|${HAN_NUMBER}{1,2})[ ]?月(?:[ ]?(?<d7>[0-3]?\\d|${HAN_NUMBER}{1,3})[ ]?[日号號])?)?`,
  `(?<!\\d)(?<m8>[01]?\\d|${HAN_NUMBER}{1,2})月(?<d8>[0-3]?\\d|${HAN_NUMBER}{1,3})[日号號]`,
  `(?<![\\d〇零一二三四五六七八九十])(?<m10>[01]?\\d|${HAN_NUMBER}{1,2})月`,
  `\\b(?<m9>${ALONE})\\b`,
];
// Most places are passed over by what they begin with.
const START = '(?:(?=[\\d〇零一二三四五六七八九十])|\\b(?=[JFMASONDjfmasond]))';
const NAMED = `${START}(?:${FORMS.join('|')})`;
// Names cost an object with all of them for each match: the groups are told apart by where they stand.
const DATE = new RegExp(NAMED.replaceAll(/\?<[ymd]\d+>/g, ''), 'gu');
/** Which part of a date each group has: y, m, d, or none of them. */
const PARTS = Array.from(NAMED.matchAll(/\((?:\?<([ymd])\d+>|(?!\?))/g), ([, part = '']) => part);
const QUICK = new RegExp(`[年月]|\\d{4}[-/.]\\d|\\b(?:${[...LONG, ...SHORT].join('|')})\\b`, 'iu');

/** The dates of a text in the order in which they stand; ISO, English and Chinese forms. */
export function datesOf(text: string): FoundDate[] {
  if (!QUICK.test(text)) return [];
  const found: FoundDate[] = [];
  for (const match of text.matchAll(DATE)) {
    const date = read(match);
    if (date) found.push(date);
  }
  return found;
}

/**
 * The terms of a date, all with "@", which no other term has: the day, its month, and both without the year, so that
 * "8 May" finds 2023-05-08; and the year as the number that it is.
 */
export function dateTerms({ year, month, day }: Pick<FoundDate, 'year' | 'month' | 'day'>): string[] {
  const mm = String(month).padStart(2, '0');
  const dd = String(day).padStart(2, '0');
  const terms: string[] = [];
  if (year > 0 && day > 0) terms.push(`@${year}-${mm}-${dd}`);
  if (year > 0 && month > 0) terms.push(`@${year}-${mm}`);
  if (month > 0 && day > 0) terms.push(`@${mm}-${dd}`);
  if (month > 0) terms.push(`@${mm}`);
  if (year > 0) terms.push(String(year));
  return terms;
}

function read(match: RegExpExecArray): FoundDate | undefined {
  const parts: Record<string, string> = {};
  for (const [at, part] of PARTS.entries()) {
    const value = match[at + 1];
    if (value !== undefined) parts[part] = value;
  }
  const year = numberOf(parts['y']);
  const month = monthOf(parts['m']);
  const day = numberOf(parts['d']);
  if (
    !(month <= 12 && day <= 31) ||
    (parts['m'] !== undefined && month === 0) ||
    (parts['d'] !== undefined && day === 0)
  ) {
    return undefined;
  }
  return { start: match.index, end: match.index + match[0].length, year, month, day };
}

function monthOf(text: string | undefined): number {
  const named = MONTHS.indexOf(text?.slice(0, 3).toLowerCase() ?? '');
  return named >= 0 ? named + 1 : numberOf(text);
}

function numberOf(text: string | undefined): number {
  if (text === undefined) return 0;
  return /^\d/.test(text) ? Number.parseInt(text, 10) : chineseNumber(text);
}
