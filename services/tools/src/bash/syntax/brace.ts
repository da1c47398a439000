import { Refusal } from '../verdict.ts';

const MOST = 2_000;

function tooMany(text: string): Refusal {
  return new Refusal('size', text, `\`${text}\` expands to more than ${MOST} words. Use a loop with seq instead.`);
}

function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(text);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(text);
  if (letters) {
    const [from, to] = [letters[1] ?? '', letters[2] ?? ''].map((char) => char.charCodeAt(0)) as [number, number];
    // Between Z and a lie characters that the shell acts on.
    if (from <= 90 !== to <= 90) return undefined;
    return range(from, to, 1).map((code) => String.fromCharCode(code));
  }
  if (!numbers) return undefined;
  const [, a = '', b = '', by = '1'] = numbers;
  const width = /^-?0\d/.test(a) || /^-?0\d/.test(b) ? Math.max(a.length, b.length) : 0;
  const step = Math.abs(Number(by)) || 1;
  if (Math.abs(Number(a) - Number(b)) / step > MOST) throw tooMany(text);
  return range(Number(a), Number(b), step).map((value) =>
    value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0'),
  );
}

function range(from: number, to: number, step: number): number[] {
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  return Array.from({ length: count }, (_, index) => from + (to < from ? -step : step) * index);
}

/** Splits at commas that are not inside inner braces. */
function alternatives(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
    else if (text[at] === ',' && depth === 0) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, text.slice(start)];
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/**
 * The words that a brace expansion of plain characters stands for, in order.
 *
 * @throws Refusal where it holds quotes, expansions or patterns, or stands for too many words.
 */
export function expandBraces(text: string): string[] {
  if (!/^[A-Za-z0-9_./{},:@%+-]*$/.test(text)) {
    throw new Refusal(
      'expansion',
      text,
      `\`${text}\` is too involved: braces may hold plain letters, digits and ./_-+ only. Write the words out.`,
    );
  }
  const open = text.indexOf('{');
  if (open === -1) return [text];
  const close = closing(text, open);
  if (close === -1) throw new Refusal('expansion', text, `\`${text}\` has a brace that is not closed. Quote it.`);
  const inner = text.slice(open + 1, close);
  const parts = alternatives(inner);
  const heads = sequence(inner) ?? (parts.length > 1 ? parts.flatMap(expandBraces) : undefined);
  if (heads === undefined) {
    throw new Refusal('expansion', text, `\`${text}\` is not a brace expansion that is understood. Quote it.`);
  }
  const tails = expandBraces(text.slice(close + 1));
  if (heads.length * tails.length > MOST) throw tooMany(text);
  return heads.flatMap((head) => tails.map((tail) => `${text.slice(0, open)}${head}${tail}`));
}
