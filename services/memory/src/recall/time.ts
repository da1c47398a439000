const DAY_MS = 86_400_000;

/** A stretch of time, epoch milliseconds: from the first, before the second. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

type Unit = 'day' | 'week' | 'month' | 'year';

interface Cue {
  readonly pattern: RegExp;
  readonly unit: Unit;
  /** How many units before this one; the first group counts them where this is left out. */
  readonly back?: number;
}

const CUES: readonly Cue[] = [
  { pattern: /\bday before yesterday\b|前天/iu, unit: 'day', back: 2 },
  { pattern: /\b(?:yesterday|last night)\b|昨天|昨晚|昨夜/iu, unit: 'day', back: 1 },
  { pattern: /\b(?:today|tonight|this morning|this evening)\b|今天|今晚|今早/iu, unit: 'day', back: 0 },
  {
    pattern: /\b(?:last|previous) (?:week|weekend)\b|上个?(?:周|星期|礼拜)|上個?(?:週|星期|禮拜)/iu,
    unit: 'week',
    back: 1,
  },
  { pattern: /\bthis (?:week|weekend)\b|[这這本]个?(?:周|週|星期)/iu, unit: 'week', back: 0 },
  { pattern: /\b(?:last|previous) month\b|上个?月|上個月/iu, unit: 'month', back: 1 },
  { pattern: /\bthis month\b|[这這本]个?月|這個月/iu, unit: 'month', back: 0 },
  { pattern: /\b(?:last|previous) year\b|去年/iu, unit: 'year', back: 1 },
  { pattern: /\bthis year\b|今年/iu, unit: 'year', back: 0 },
  { pattern: /前年/u, unit: 'year', back: 2 },
  { pattern: /\b(\d{1,3}) days? ago\b|(\d{1,3}) ?天前/iu, unit: 'day' },
  { pattern: /\b(\d{1,3}) weeks? ago\b|(\d{1,3}) ?个?(?:周|星期)前/iu, unit: 'week' },
  { pattern: /\b(\d{1,3}) months? ago\b|(\d{1,3}) ?个月前/iu, unit: 'month' },
  { pattern: /\b(\d{1,3}) years? ago\b|(\d{1,3}) ?年前/iu, unit: 'year' },
];

/**
 * The stretch of time that a question speaks of from where it is asked ("last week", 去年), by days, weeks from Monday,
 * months and years of UTC; undefined where it names none. Dates that stand in it are terms: see @holdfast/text.
 */
export function stretchOf(query: string, now: number): Stretch | undefined {
  for (const { pattern, unit, back } of CUES) {
    const match = pattern.exec(query);
    if (match) return unitBefore(now, unit, back ?? Number(match.slice(1).find(Boolean) ?? 0));
  }
  return undefined;
}

function unitBefore(now: number, unit: Unit, back: number): Stretch {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const day = Date.UTC(year, month, date.getUTCDate());
  const monday = day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  switch (unit) {
    case 'day':
      return { from: day - back * DAY_MS, until: day - (back - 1) * DAY_MS };
    case 'week':
      return { from: monday - back * 7 * DAY_MS, until: monday - (back - 1) * 7 * DAY_MS };
    case 'month':
      return { from: Date.UTC(year, month - back), until: Date.UTC(year, month - back + 1) };
    case 'year':
      return { from: Date.UTC(year - back, 0), until: Date.UTC(year - back + 1, 0) };
  }
}
