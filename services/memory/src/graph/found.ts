/** A relation that a text says, still without whom it belongs to. */
export interface FoundRelation {
  readonly subject: { readonly name: string; readonly type: string };
  readonly predicate: string;
  readonly object: { readonly name: string; readonly type: string };
  readonly exclusive: boolean;
  /** Epoch milliseconds; 0: the text does not say. */
  readonly validFrom: number;
}

/** Who says a text and when. */
export interface Said {
  /** Whom the first person stands for; empty: nobody is known, and the first person says nothing. */
  readonly speaker: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const YEAR = /(?:\b(?:since|in|from)\s+|自|从|從|于|於)((?:19|20)\d{2})(?!\d)/u;
const CHINESE_YEAR = /((?:19|20)\d{2})年/u;
const LAST_YEAR = /\blast year\b|去年/iu;
const THIS_YEAR = /\bthis year\b|今年/iu;

/** The beginning of the year that a sentence tells, UTC; 0: it tells none. */
export function yearIn(sentence: string, at: number): number {
  const told = YEAR.exec(sentence)?.[1] ?? CHINESE_YEAR.exec(sentence)?.[1];
  if (told !== undefined) return Date.UTC(Number(told), 0);
  const year = new Date(at).getUTCFullYear();
  if (LAST_YEAR.test(sentence)) return Date.UTC(year - 1, 0);
  return THIS_YEAR.test(sentence) ? Date.UTC(year, 0) : 0;
}
