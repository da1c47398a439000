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

/** Reads an open file from its first byte forward, by positions: the offset of the handle itself is left alone. */
export function handleReader(handle: FileHandle): ByteReader {
  let position = 0;
  return {
    async read(target, start) {
      const { bytesRead } = await handle.read(target, start, Math.min(PIECE_BYTES, target.length - start), position);
      position += bytesRead;
      return bytesRead;
    },
    async close() {},
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
