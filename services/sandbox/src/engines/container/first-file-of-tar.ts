const BLOCK = 512;
const REGULAR = new Set(['0', '\0']);

/** The content of the first regular file of a tar archive; empty when there is none. */
export function firstFileOfTar(archive: Buffer): Buffer {
  for (let at = 0; at + BLOCK <= archive.byteLength; ) {
    const header = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (header[0] !== 0 && REGULAR.has(header.toString('latin1', 156, 157))) return content;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return Buffer.alloc(0);
}
