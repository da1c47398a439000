import { useTranslation } from 'react-i18next';

/** Figures and times as the reader's language writes them. */
export interface Format {
  /** A time with its date; empty for null. */
  time(at: string | number | null | undefined): string;
  /** Hours, minutes and seconds. */
  clock(at: number): string;
  /** Hours and minutes, for the axis of a chart. */
  hour(at: number): string;
  /** A day of the year, for the axis of a chart. */
  day(at: number): string;
  /** Milliseconds as a person says them: 320 ms, 4.2 s, 3 min 12 s. */
  duration(ms: number | null | undefined): string;
  number(value: number): string;
  /** A number in little space: 1.2M. */
  compact(value: number): string;
  percent(fraction: number): string;
  /** US dollars; what is not known is never 0. */
  cost(usd: number | null, unknown: boolean): string;
  bytes(count: number): string;
}

/** Making a formatter takes longer than a page of figures: each is made once, when it is first needed. */
function once<K, F>(make: (key: K) => F): (key: K) => F {
  const made = new Map<K, F>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}

const datesOf = (options: Intl.DateTimeFormatOptions) =>
  once((locale: string) => new Intl.DateTimeFormat(locale, options));
const numbersOf = (options: Intl.NumberFormatOptions) =>
  once((locale: string) => new Intl.NumberFormat(locale, options));

const dates = datesOf({ dateStyle: 'medium', timeStyle: 'medium' });
const clocks = datesOf({ timeStyle: 'medium' });
const hours = datesOf({ hour: 'numeric', minute: '2-digit' });
const days = datesOf({ month: 'short', day: 'numeric' });
const short = numbersOf({ notation: 'compact', maximumFractionDigits: 1 });
const numbers = numbersOf({});
const fine = numbersOf({ maximumFractionDigits: 1 });
const percents = numbersOf({ style: 'percent', maximumFractionDigits: 1 });
const units = once((unit: string) => numbersOf({ style: 'unit', unit, maximumFractionDigits: 1 }));
const dollars = once((maximumFractionDigits: number) =>
  numbersOf({ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', maximumFractionDigits }),
);

/** The formats of a language; `words` are those that figures need. */
export function formatOf(locale: string, words: { unknown: string; atLeast: (cost: string) => string }): Format {
  const unit = (value: number, name: string) => units(name)(locale).format(value);
  const money = (usd: number) => dollars(usd !== 0 && usd < 1 ? 6 : 2)(locale).format(usd);
  return {
    time: (at) => (at === null || at === undefined ? '' : dates(locale).format(new Date(at))),
    clock: (at) => clocks(locale).format(at),
    hour: (at) => hours(locale).format(at),
    day: (at) => days(locale).format(at),
    duration(ms) {
      if (ms === null || ms === undefined) return '';
      if (ms < 1000) return unit(Math.round(ms), 'millisecond');
      if (ms < 60_000) return unit(ms / 1000, 'second');
      const minutes = Math.floor(ms / 60_000);
      const and = (rest: number, name: string) => (rest === 0 ? '' : ` ${unit(rest, name)}`);
      if (minutes < 60) return unit(minutes, 'minute') + and(Math.floor((ms % 60_000) / 1000), 'second');
      return unit(Math.floor(minutes / 60), 'hour') + and(minutes % 60, 'minute');
    },
    number: (value) => numbers(locale).format(value),
    compact: (value) => short(locale).format(value),
    percent: (fraction) => percents(locale).format(fraction),
    cost: (usd, unknown) => (usd === null ? words.unknown : unknown ? words.atLeast(money(usd)) : money(usd)),
    bytes(count) {
      const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
      const step = Math.min(steps.length - 1, Math.floor(Math.log(Math.max(1, count)) / Math.log(1024)));
      return `${fine(locale).format(count / 1024 ** step)} ${['B', 'KB', 'MB', 'GB'][step]}`;
    },
  };
}

/** The formats of the language that is shown. */
export function useFormat(): Format {
  const { i18n, t } = useTranslation();
  return formatOf(i18n.language === 'zh' ? 'zh-CN' : 'en', {
    unknown: t('cost.unknown'),
    atLeast: (cost) => t('cost.atLeast', { cost }),
  });
}
