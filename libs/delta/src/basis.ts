import type { FileHandle } from 'node:fs/promises';

/** The old file of a patch: read at any place. */
export interface Basis {
  /** Bytes that it has. */
  readonly size: number;
  /** Reads `length` bytes from `position` on into the start of `target`; answers how many there were. */
  read(target: Uint8Array, length: number, position: number): Promise<number>;
}

/** A basis that is an open file. It must not change meanwhile. */
export async function handleBasis(handle: FileHandle): Promise<Basis> {
  const { size } = await handle.stat();
  return {
    size,
    read: async (target, length, position) => (await handle.read(target, 0, length, position)).bytesRead,
  };
}

/** A basis that lies in memory. */
export function memoryBasis(bytes: Uint8Array): Basis {
  return {
    size: bytes.length,
    async read(target, length, position) {
      const found = bytes.subarray(position, position + length);
      target.set(found);
      return found.length;
    },
  };
}
