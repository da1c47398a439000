import { HoldfastError } from '@holdfast/protocol';

import type { Extracted, ReadBounds } from '../block.ts';
import { extractHtml } from './html.ts';
import { checkArchive } from './archive.ts';

/** The blocks of a Word document: its headings, paragraphs, lists and tables. Throws INVALID_ARGUMENT, TOO_LARGE. */
export async function extractDocx(content: Uint8Array, bounds: ReadBounds): Promise<Extracted> {
  checkArchive(content, bounds.maxChars);
  const { default: mammoth } = await import('mammoth');
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(content) },
      { convertImage, externalFileAccess: false },
    );
    return await extractHtml(value);
  } catch (error) {
    if (HoldfastError.is(error)) throw error;
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'The Word document is damaged and cannot be read. Nothing was kept: open it, save it again, and repeat this.',
      { cause: error },
    );
  }
}
