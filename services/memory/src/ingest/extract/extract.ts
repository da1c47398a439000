import { HoldfastError } from '@holdfast/protocol';

import type { Extracted, Format, ReadBounds } from '../block.ts';
import { decodeText } from '../decode.ts';
import { extractCode } from './code.ts';
import { extractMarkdown } from './markdown.ts';
import { extractText } from './text.ts';

/** Heavy readers are loaded when they are needed. */
const OF_BYTES = {
  pdf: async (content: Uint8Array, bounds: ReadBounds) => (await import('./pdf.ts')).extractPdf(content, bounds),
  docx: async (content: Uint8Array, bounds: ReadBounds) => (await import('./docx.ts')).extractDocx(content, bounds),
} as const;

const OF_TEXT = {
  markdown: extractMarkdown,
  text: extractText,
  code: extractCode,
  html: async (source: string) => (await import('./html.ts')).extractHtml(source),
  csv: async (source: string, bounds: ReadBounds) => (await import('./csv.ts')).extractCsv(source, bounds),
} as const;

/**
 * Reads a document of a known format. Throws HoldfastError: INVALID_ARGUMENT where it is damaged, encrypted, or has no
 * text, TOO_LARGE.
 */
export async function extract(
  format: Format,
  content: Uint8Array,
  mediaType: string,
  bounds: ReadBounds,
): Promise<Extracted> {
  const read =
    format === 'pdf' || format === 'docx'
      ? await OF_BYTES[format](content, bounds)
      : await OF_TEXT[format](decodeText(content, mediaType), bounds);
  if (read.blocks.length === 0) {
    throw new HoldfastError('INVALID_ARGUMENT', 'The document has no text that could be remembered. Nothing was kept.');
  }
  return read;
}
