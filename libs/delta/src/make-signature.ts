import { type ByteReader, type ByteStream, fill, PIECE_BYTES, streamReader } from './bytes.ts';
import { checkShape, SIGNATURE_KINDS, type SignatureShape } from './kinds.ts';
import { blockSums } from './sums.ts';

/** The bytes before the first block: magic number, block length, length of a strong sum; 32 bits each, big-endian. */
export const SIGNATURE_HEADER_BYTES = 12;

/**
 * The signature of some bytes, in librsync's format: the header, then for each block its weak sum (32 bits, big-endian) and
 * the first bytes of its strong sum. The last block may be shorter. Holds one block, or 256 KiB, in memory.
 *
 * @param shape see {@link signatureShape}
 * @throws HoldfastError INVALID_ARGUMENT for a shape that cannot be, CANCELED; what reading throws goes through
 */
export async function* makeSignature(
  content: ByteStream,
  shape: SignatureShape,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* signatureFrom(streamReader(content), shape, signal);
}

/** As {@link makeSignature}, for what is read otherwise. Closes the reader. */
export async function* signatureFrom(
  reader: ByteReader,
  shape: SignatureShape,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    const { kind, blockBytes, strongBytes } = checkShape(shape);
    const sums = await blockSums(shape);
    yield headerOf(SIGNATURE_KINDS[kind].magic, blockBytes, strongBytes);
    const blocks = Math.max(1, Math.floor(PIECE_BYTES / blockBytes));
    const buffer = new Uint8Array(blocks * blockBytes);
    for (;;) {
      const end = await fill(reader, buffer, 0, signal);
      const entries = Buffer.allocUnsafeSlow(Math.ceil(end / blockBytes) * (4 + strongBytes));
      let at = 0;
      for (let start = 0; start < end; start += blockBytes) {
        const stop = Math.min(start + blockBytes, end);
        at = entries.writeInt32BE(sums.weakOf(buffer, start, stop), at);
        const strong = sums.strongOf(buffer, start, stop);
        for (let index = 0; index < strongBytes; index++) entries[at++] = strong[index] as number;
      }
      if (entries.length > 0) yield entries;
      if (end < buffer.length) return;
    }
  } finally {
    await reader.close();
  }
}

function headerOf(...words: readonly number[]): Uint8Array {
  const header = Buffer.alloc(SIGNATURE_HEADER_BYTES);
  for (const [index, word] of words.entries()) header.writeUInt32BE(word, index * 4);
  return header;
}
