import type { FileHandle } from 'node:fs/promises';

import { checkSignal } from './malformed.ts';

/** Bytes that come one after the other, in chunks of any length. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Bytes are read and worked on in pieces of this size, so that the event loop is never held for longer than about 1 ms. */
export const PIECE_BYTES = 256 * 1024;

/** What reads forward. */
export interface ByteReader {
  /** Reads into `target` from `start` on, up to its end; answers how many bytes came, 0 at the end of the input. */
  read(target: Uint8Array, start: number): Promise<number>;
  /** Lets go of the input before its end. */
  close(): Promise<void>;
}

/** Reads a stream forward. */
export function streamReader(stream: ByteStream): ByteReader {
  const chunks = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    async read(target, start) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) return 0;
        rest = next.value;
      }
      const count = Math.min(rest.length, target.length - start);
      target.set(rest.subarray(0, count), start);
      rest = rest.subarray(count);
      return count;
    },
    async close() {
      await chunks.return?.();
    },
  };
}

/**
 * Reads an open file from its first byte forward, by positions: the offset of the handle itself is left alone. The next piece
 * is read while the last one is worked on.
 */
export function handleReader(handle: FileHandle): ByteReader {
  let position = 0;
  let piece: Uint8Array = new Uint8Array();
  let ahead: Promise<Uint8Array> | undefined;
  // Two buffers in turns: one is worked on, one is read into.
  const spare = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)];
  const readPiece = async () => {
    const buffer = spare[0] as Buffer;
    spare.reverse();
    const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, position);
    position += bytesRead;
    return buffer.subarray(0, bytesRead);
  };
  return {
    async read(target, start) {
      if (piece.length === 0) {
        piece = await (ahead ?? readPiece());
        ahead = piece.length === 0 ? undefined : readPiece();
        // A failure is told to the next read, not to the process meanwhile.
        ahead?.catch(() => {});
      }
      const count = Math.min(piece.length, target.length - start);
      target.set(piece.subarray(0, count), start);
      piece = piece.subarray(count);
      return count;
    },
    async close() {
      // The handle may be closed after this: nothing may still read from it.
      await Promise.allSettled([ahead]);
    },
  };
}

/** Reads until `target` is full or the input is over; answers where the bytes end. */
export async function fill(
  reader: ByteReader,
  target: Uint8Array,
  start: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let end = start;
  while (end < target.length) {
    checkSignal(signal);
    const count = await reader.read(target, end);
    if (count === 0) break;
    end += count;
  }
  return end;
}

/** Whether these bytes, one at least, are all zero: each is compared with the one before it, at the speed of memory. */
export function isAllZero(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== 0 || bytes[end - 1] !== 0) return false;
  return Buffer.compare(bytes.subarray(start, end - 1), bytes.subarray(start + 1, end)) === 0;
}
