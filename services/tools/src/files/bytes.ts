import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;

/** The bytes of an open file from a position on. The handle stays the caller's, also when the reading stops early. */
export async function* bytesOf(handle: FileHandle, start = 0): AsyncGenerator<Buffer, undefined> {
  for (let position = start; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
