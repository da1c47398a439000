import { HoldfastError } from '@holdfast/protocol';

import type { Block, Extracted, ReadBounds } from '../block.ts';
import { Headings } from '../headings.ts';
import { linesOf, type PdfItem, type PdfLine } from './pdf-lines.ts';

/** A line is a heading where its letters are larger than those of most text by this factor. */
const HEADING_SIZE = 1.15;
const MAX_HEADING_CHARS = 120;
/** A line ends its paragraph where the next one is further below than this, in heights of a line. */
const PARAGRAPH_GAP = 1.6;

/**
 * The paragraphs of a PDF, page by page; larger letters make headings. Words that were cut at the end of a line are put
 * together, Chinese lines without a space.
 *
 * Throws INVALID_ARGUMENT for what is damaged, encrypted or a scan without text, TOO_LARGE.
 */
export async function extractPdf(content: Uint8Array, bounds: ReadBounds): Promise<Extracted> {
  const { getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(new Uint8Array(content), { stopAtErrors: false }).catch((error: unknown) => {
    throw unreadable(error);
  });
  if (document.numPages > bounds.maxPages) throw tooLong(`${document.numPages} pages; ${bounds.maxPages} are read`);
  const pages: PdfLine[][] = [];
  let chars = 0;
  for (let n = 1; n <= document.numPages; n++) {
    const page = await document.getPage(n);
    const { items } = await page.getTextContent();
    const lines = linesOf(items.filter((item): item is PdfItem & typeof item => 'str' in item));
    page.cleanup();
    chars += lines.reduce((sum, { text }) => sum + text.length, 0);
    if (chars > bounds.maxChars) throw tooLong(`more than ${bounds.maxChars} characters`);
    pages.push(lines);
  }
  if (chars === 0) throw scanned();
  const info = (await document.getMetadata()).info as { readonly Title?: unknown };
  return { title: typeof info.Title === 'string' ? info.Title.trim() : '', blocks: blocksOf(pages) };
}

function blocksOf(pages: readonly (readonly PdfLine[])[]): Block[] {
  const body = usualSize(pages.flat());
  const sizes = headingSizes(pages.flat(), body);
  const headings = new Headings();
  const blocks: Block[] = [];
  for (const [n, lines] of pages.entries()) {
    const place = { unit: 'page', from: n + 1, to: n + 1 } as const;
    for (const { text, size } of paragraphsOf(lines)) {
      const level = text.length <= MAX_HEADING_CHARS ? sizes.indexOf(Math.round(size)) : -1;
      if (level >= 0) headings.enter(level + 1, text);
      blocks.push({ kind: level >= 0 ? 'heading' : 'paragraph', text, headings: headings.path, place });
    }
  }
  return blocks;
}

/** The size that most characters have. */
function usualSize(lines: readonly PdfLine[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of lines) {
    const rounded = Math.round(size);
    chars.set(rounded, (chars.get(rounded) ?? 0) + text.length);
  }
  return [...chars].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

/** Largest first: the level of a heading is its place here. */
function headingSizes(lines: readonly PdfLine[], body: number): number[] {
  const sizes = new Set(lines.map(({ size }) => Math.round(size)).filter((size) => size >= body * HEADING_SIZE));
  return [...sizes].sort((a, b) => b - a);
}

function paragraphsOf(lines: readonly PdfLine[]): { readonly text: string; readonly size: number }[] {
  const found: { text: string; size: number }[] = [];
  let before: PdfLine | undefined;
  for (const line of lines) {
    const open = found.at(-1);
    const gap = before ? (before.y - line.y) / Math.max(1, before.size) : 0;
    const goesOn = before && Math.round(before.size) === Math.round(line.size) && gap >= 0 && gap <= PARAGRAPH_GAP;
    if (open && goesOn) open.text = joined(open.text, line.text);
    else found.push({ text: line.text, size: line.size });
    before = line;
  }
  return found;
}

function joined(above: string, below: string): string {
  if (/\p{L}\u00AD$/u.test(above) || (/\p{L}-$/u.test(above) && /^\p{Ll}/u.test(below)))
    return above.slice(0, -1) + below;
  return WIDE_END.test(above) || WIDE_START.test(below) ? above + below : `${above} ${below}`;
}

const WIDE_END = /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]$/u;
const WIDE_START = /^[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]/u;

function unreadable(error: unknown): HoldfastError {
  if (error instanceof Error && error.name === 'PasswordException') {
    const message = 'The PDF is encrypted. Nothing was kept: save it without a password, and repeat this.';
    return new HoldfastError('INVALID_ARGUMENT', message, { cause: error });
  }
  const message = 'The PDF is damaged and cannot be read. Nothing was kept: open it, save it again, and repeat this.';
  return new HoldfastError('INVALID_ARGUMENT', message, { cause: error });
}

function scanned(): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    'The PDF has no text: its pages are pictures, such as scans. Nothing was kept: run text recognition over it first.',
  );
}

function tooLong(what: string): HoldfastError {
  return new HoldfastError('TOO_LARGE', `The PDF has ${what}. Nothing was kept: cut it into several documents.`);
}
