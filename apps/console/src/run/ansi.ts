import { visible } from '../ui/visible.ts';

/** Text of one colour and weight. Colours are the 16 of a terminal by number, else a CSS colour. */
export interface AnsiSpan {
  readonly text: string;
  readonly color?: string;
  readonly background?: string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
}

type Style = Omit<AnsiSpan, 'text'>;

// CSI ... final byte; OSC ... BEL or ST; other two-byte escapes. Only `m` (SGR) changes anything here.
// oxlint-disable-next-line no-control-regex -- escapes are what this is about.
const ESCAPE = /\u001b\[([\d;:?]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex -- what a terminal would not show.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * A line of terminal output as spans: SGR colours are taken, every other escape (cursor, titles, links, modes) is
 * dropped, and control characters that could reorder the text (right-to-left overrides) are named instead of obeyed.
 */
export function ansiSpans(line: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style: Style = {};
  let from = 0;
  const push = (raw: string) => {
    const text = visible(raw.replaceAll(CONTROL, ''));
    if (text !== '') spans.push({ text, ...style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applySgr(style, match[1] ?? '');
  }
  push(line.slice(from));
  return spans;
}

function applySgr(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = extended(codes.slice(at + 1));
      at += used;
      if (color !== undefined) style = { ...style, [code === 38 ? 'color' : 'background']: color };
    } else style = simple(style, code);
  }
  return style;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return without(style, 'bold', 'dim');
  if (code === 23) return without(style, 'italic');
  if (code === 24) return without(style, 'underline');
  if (code === 39) return without(style, 'color');
  if (code === 49) return without(style, 'background');
  if (code >= 30 && code <= 37) return { ...style, color: String(code - 30) };
  if (code >= 90 && code <= 97) return { ...style, color: String(code - 82) };
  if (code >= 40 && code <= 47) return { ...style, background: String(code - 40) };
  if (code >= 100 && code <= 107) return { ...style, background: String(code - 92) };
  return style;
}

function without(style: Style, ...names: (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name as keyof Style)));
}

/** `5;n` (256 colours) or `2;r;g;b`; how many numbers it took. */
function extended(rest: readonly number[]): [string | undefined, number] {
  const byte = (value: number | undefined) => Math.max(0, Math.min(255, Math.trunc(value ?? 0) || 0));
  if (rest[0] === 2) return [`rgb(${byte(rest[1])} ${byte(rest[2])} ${byte(rest[3])})`, 4];
  if (rest[0] !== 5) return [undefined, rest.length];
  const n = byte(rest[1]);
  if (n < 16) return [String(n), 2];
  if (n >= 232) return [`rgb(${8 + (n - 232) * 10} ${8 + (n - 232) * 10} ${8 + (n - 232) * 10})`, 2];
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const c = n - 16;
  return [`rgb(${level(Math.floor(c / 36))} ${level(Math.floor(c / 6) % 6)} ${level(c % 6)})`, 2];
}
