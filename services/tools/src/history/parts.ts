import { fsync, read, readSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/** What is read or written at once; more goes by way of the thread pool, and holds nobody up. */
const SMALL_BYTES = 64 * 1024;

/** Reads as much of an open file as there is room for. @returns bytes */
export async function readPart(fd: number, buffer: Buffer, position: number): Promise<number> {
  if (buffer.length <= SMALL_BYTES) return readSync(fd, buffer, 0, buffer.length, position);
  return (await promisify(read)(fd, buffer, 0, buffer.length, position)).bytesRead;
}

/** Writes all of it. */
export async function writePart(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    done +=
      left <= SMALL_BYTES
        ? writeSync(fd, bytes, done, left, position + done)
        : (await promisify(write)(fd, bytes, done, left, position + done)).bytesWritten;
  }
}

/** Waits until an open file is on the disk. */
export const syncFile: (fd: number) => Promise<void> = promisify(fsync);
