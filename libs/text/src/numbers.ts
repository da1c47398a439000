const DIGITS: Readonly<Record<string, number>> = {
  〇: 0,
  零: 0,
  一: 1,
  二: 2,
  两: 2,
  兩: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const WORDS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
/** English words of small numbers, with their digits. "one" is a pronoun too often. */
export const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(WORDS.map((word, at) => [word, String(at + 2)]));

/** A Chinese numeral before a word that counts: elsewhere such a character is part of other words. */
const COUNTED =
  /(?<!第|星期|周|礼拜|[〇零一二两兩三四五六七八九十百千万])([一二两兩三四五六七八九]?十[一二三四五六七八九]?|[二两兩三四五六七八九])(?=[个個只隻次年天岁歲本条條张張位名周月点點块塊件台臺辆輛杯瓶])/gu;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const NUMBER = /^\d+(?:\.\d+)?$/;

/**
 * The value of a Chinese numeral up to 99, or of digits read one by one: 十二 is 12, 二〇二三 is 2023.
 * NaN where it is neither.
 */
export function chineseNumber(text: string): number {
  const ten = text.indexOf('十');
  if (ten < 0) return Number(Array.from(text, (digit) => DIGITS[digit] ?? '?').join(''));
  const tens = ten === 0 ? 1 : DIGITS[text.slice(0, ten)];
  const ones = ten === text.length - 1 ? 0 : DIGITS[text.slice(ten + 1)];
  return tens === undefined || ones === undefined ? Number.NaN : tens * 10 + ones;
}

/** A number in one form: 1,234.50 and 1234.5 are the same; undefined where the text is no number. */
export function plainNumber(text: string): string | undefined {
  const digits = GROUPED.test(text) ? text.replaceAll(',', '') : text;
  if (!NUMBER.test(digits)) return undefined;
  const [whole = '', fraction = ''] = digits.split('.');
  const kept = fraction.replace(/0+$/, '');
  const plain = whole.replace(/^0+(?=\d)/, '');
  return kept === '' ? plain : `${plain}.${kept}`;
}

/** The counts of a run of Han as digits: 三个月 has 3. */
export function countsOf(run: string): string[] {
  return Array.from(run.matchAll(COUNTED), ([, numeral = '']) => String(chineseNumber(numeral)));
}
