/** What is needed of a piece of text on a page (TextItem of PDF.js). */
export interface PdfItem {
  readonly str: string;
  /** Matrix: [4] and [5] are its place, in points from the lower left corner. */
  readonly transform: readonly unknown[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

/** A line of a page. */
export interface PdfLine {
  readonly text: string;
  /** Height of its letters, points. */
  readonly size: number;
  /** Points from the lower edge. */
  readonly y: number;
}

/** Smaller letters cannot be read: a place to hide text in. */
const MIN_SIZE = 1;
/** A gap this wide, in heights of a letter, is a space. */
const SPACE_WIDTH = 0.2;

/** Puts the pieces of a page together to lines, in the order in which they are drawn. */
export function linesOf(items: readonly PdfItem[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let open = { text: '', size: 0, y: 0, end: 0 };
  const close = () => {
    const text = open.text.replaceAll(/[ \t\u00A0]+/g, ' ').trim();
    if (text !== '') lines.push({ text, size: open.size, y: open.y });
    open = { text: '', size: 0, y: 0, end: 0 };
  };
  for (const item of items) {
    const [x, y] = [Number(item.transform[4]), Number(item.transform[5])];
    const size = item.height || Math.hypot(Number(item.transform[2]), Number(item.transform[3]));
    const isText = item.str.trim() !== '' && size >= MIN_SIZE;
    if (isText) {
      if (open.text !== '' && Math.abs(y - open.y) > Math.max(size, open.size) / 2) close();
      if (open.text !== '' && isGap(open, item.str, x, size)) open.text += ' ';
      if (open.text === '') open.y = y;
      open = { text: open.text + item.str, size: Math.max(open.size, size), y: open.y, end: x + item.width };
    } else if (item.str !== '' && open.text !== '' && !WIDE.test(open.text.at(-1) ?? '')) open.text += ' ';
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

const WIDE = /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]/u;

function isGap(open: { readonly text: string; readonly end: number }, next: string, x: number, size: number): boolean {
  const bothWide = WIDE.test(open.text.at(-1) ?? '') && WIDE.test(next[0] ?? '');
  return x - open.end > size * (bothWide ? 1.5 : SPACE_WIDTH) && !open.text.endsWith(' ');
}
