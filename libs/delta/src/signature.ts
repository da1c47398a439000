import { HoldfastError } from '@holdfast/protocol';

import type { ByteStream } from './bytes.ts';
import { checkShape, kindOfMagic, type SignatureShape } from './kinds.ts';
import { SIGNATURE_HEADER_BYTES } from './make-signature.ts';
import { checkSignal, malformed } from './malformed.ts';

/** The largest signature that is read if nothing else is said: that of a file of some 25 TB, with the shape chosen here. */
export const DEFAULT_SIGNATURE_BYTES = 64 * 1024 * 1024;

/** A signature that was read: the sums of every block of a file that lies elsewhere. */
export interface Signature extends SignatureShape {
  /** How many blocks there are; the last may be shorter. */
  readonly count: number;
  readonly weak: Int32Array;
  /** The strong sums, one after the other. */
  readonly strong: Uint8Array;
}

/** How much of a signature may be read. */
export interface ReadSignatureOptions {
  /** More bytes than this are refused; default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads a signature of any of the four kinds, from here or from rdiff. It is held in memory, 4 bytes and the strong sum for
 * each block.
 *
 * @throws HoldfastError INVALID_ARGUMENT if it is none, or was cut off; TOO_LARGE above `maxBytes`; CANCELED
 */
export async function readSignature(
  content: ByteStream,
  { maxBytes = DEFAULT_SIGNATURE_BYTES, signal }: ReadSignatureOptions = {},
): Promise<Signature> {
  let bytes = Buffer.alloc(4096);
  let end = 0;
  for await (const chunk of content) {
    checkSignal(signal);
    if (end + chunk.length > maxBytes) {
      throw new HoldfastError(
        'TOO_LARGE',
        `The signature has more than ${maxBytes} bytes. Nothing was changed; make it with larger blocks.`,
      );
    }
    if (end + chunk.length > bytes.length) {
      const larger = Buffer.alloc(Math.max(bytes.length * 2, end + chunk.length));
      larger.set(bytes.subarray(0, end));
      bytes = larger;
    }
    bytes.set(chunk, end);
    end += chunk.length;
  }
  return parse(bytes.subarray(0, end));
}

function parse(bytes: Buffer): Signature {
  if (bytes.length < SIGNATURE_HEADER_BYTES) throw malformed(`a signature of ${bytes.length} bytes has no header`);
  const magic = bytes.readUInt32BE(0);
  const kind = kindOfMagic(magic);
  if (kind === undefined) throw malformed(`no kind of signature begins with 0x${magic.toString(16)}`);
  const shape = checkShape({ kind, blockBytes: bytes.readUInt32BE(4), strongBytes: bytes.readUInt32BE(8) });
  const entryBytes = 4 + shape.strongBytes;
  const count = (bytes.length - SIGNATURE_HEADER_BYTES) / entryBytes;
  if (!Number.isInteger(count)) throw malformed('the signature ends in the midst of a block');
  const weak = new Int32Array(count);
  const strong = new Uint8Array(count * shape.strongBytes);
  for (let index = 0, at = SIGNATURE_HEADER_BYTES; index < count; index++, at += entryBytes) {
    weak[index] = bytes.readInt32BE(at);
    strong.set(bytes.subarray(at + 4, at + entryBytes), index * shape.strongBytes);
  }
  return { ...shape, count, weak, strong };
}
