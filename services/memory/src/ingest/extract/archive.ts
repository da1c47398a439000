import { inflateRawSync } from 'node:zlib';

import { HoldfastError } from '@holdfast/protocol';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const MAX_ENTRIES = 10_000;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks each entry of a ZIP archive once and throws it away, so that no reader is given one that unpacks to more than
 * `maxBytes`. What the archive says of its own sizes is not relied on. (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16.)
 *
 * Throws INVALID_ARGUMENT for one that is damaged or encrypted, TOO_LARGE.
 */
export function checkArchive(bytes: Uint8Array, maxBytes: number): void {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw tooLarge(maxBytes);
  let at = archive.readUInt32LE(end + 16);
  let left = maxBytes;
  try {
    for (let n = 0; n < count; n++) {
      if (archive.readUInt32LE(at) !== ENTRY_SIGNATURE) throw damaged();
      if ((archive.readUInt16LE(at + 8) & 1) !== 0) throw encrypted();
      left -= unpackedSize(archive, at, left, maxBytes);
      at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    }
  } catch (error) {
    // What Buffer throws for an offset that is outside of the file.
    if (error instanceof RangeError) throw damaged(error);
    throw error;
  }
}

function endOf(archive: Buffer): number {
  for (let at = archive.length - END_SIZE; at >= Math.max(0, archive.length - END_SIZE - MAX_COMMENT); at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw damaged();
}

function unpackedSize(archive: Buffer, entry: number, left: number, maxBytes: number): number {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(local) !== LOCAL_SIGNATURE) throw damaged();
  const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  if (from + packed > archive.length) throw damaged();
  if (method === STORED && packed <= left) return packed;
  if (method !== DEFLATED) throw method === STORED ? tooLarge(maxBytes) : damaged();
  try {
    return inflateRawSync(archive.subarray(from, from + packed), { maxOutputLength: Math.max(1, left) }).length;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes, error) : damaged(error);
  }
}

function damaged(cause?: unknown): HoldfastError {
  const message =
    'The Word document is damaged: it is no whole ZIP archive. Nothing was kept: save it again, and repeat this.';
  return new HoldfastError('INVALID_ARGUMENT', message, { cause });
}

function encrypted(): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    'The Word document is encrypted. Nothing was kept: save it without a password, and repeat this.',
  );
}

function tooLarge(maxBytes: number, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The Word document unpacks to more than ${maxBytes} bytes. Nothing was kept: cut it into several documents.`,
    { cause },
  );
}
