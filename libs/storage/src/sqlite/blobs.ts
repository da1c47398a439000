import type { SqlValue } from '../database.ts';

/** Fewer cross one by one. */
const FEWEST = 8;
/** Of a larger one the copy costs more than a buffer of its own. Bytes. */
const LARGEST = 16 * 1024;

/** The small blobs of a result in one buffer: each buffer that crosses between threads costs as much as a kilobyte. */
export interface PackedBlobs {
  readonly bytes: Uint8Array;
  /** Row, column and length of each, in the order in which they stand in `bytes`. */
  readonly places: Int32Array;
}

/** Takes the small blobs out of rows and packs them; undefined: there are too few, and the rows are as they were. */
export function packBlobs(rows: readonly SqlValue[][]): PackedBlobs | undefined {
  const places: number[] = [];
  const blobs: Uint8Array[] = [];
  let total = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? [];
    for (let column = 0; column < row.length; column += 1) {
      const value = row[column];
      if (typeof value !== 'object' || value === null || value.length > LARGEST) continue;
      places.push(index, column, value.length);
      blobs.push(value);
      total += value.length;
    }
  }
  if (blobs.length < FEWEST) return undefined;
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const [nth, blob] of blobs.entries()) {
    bytes.set(blob, offset);
    offset += blob.length;
    const row = rows[places[nth * 3] ?? 0];
    if (row) row[places[nth * 3 + 1] ?? 0] = null;
  }
  return { bytes, places: Int32Array.from(places) };
}

/** Puts them back, as views of their common buffer. */
export function unpackBlobs(rows: readonly SqlValue[][], { bytes, places }: PackedBlobs): void {
  let offset = 0;
  for (let at = 0; at < places.length; at += 3) {
    const [index = 0, column = 0, length = 0] = places.subarray(at, at + 3);
    const row = rows[index];
    if (row) row[column] = bytes.subarray(offset, offset + length);
    offset += length;
  }
}
