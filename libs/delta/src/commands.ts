import { DELTA_MAGIC } from './kinds.ts';

/** The command that ends a delta. */
export const END = 0x00;
/** Up to this many bytes a literal's length is its command. */
export const MAX_SHORT_LITERAL = 0x40;
/** The first of the four literal commands, by the width of the length: 1, 2, 4, 8 bytes. */
export const LITERAL_N1 = 0x41;
/** The first of the sixteen copy commands: four widths of the length for each of the four widths of the start. */
export const COPY_N1_N1 = 0x45;
/** The last copy command; what lies above is reserved. */
export const COPY_N8_N8 = 0x54;
/** The widths of a number, in the order of the commands. */
export const WIDTHS = [1, 2, 4, 8] as const;

const CHUNK_BYTES = 64 * 1024;
const LONGEST_HEAD = 17;

/** Writes the commands of a delta ("File formats" of librsync's manual), copies that follow each other as one. */
export class DeltaWriter {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;
  #full: Uint8Array[] = [];
  #copyStart = 0;
  #copyLength = 0;

  constructor() {
    this.#used = this.#chunk.writeUInt32BE(DELTA_MAGIC, 0);
  }

  /** The result goes on with `length` bytes of the old file from `start` on. */
  copy(start: number, length: number): void {
    if (this.#copyLength > 0 && this.#copyStart + this.#copyLength === start) {
      this.#copyLength += length;
      return;
    }
    this.#endCopy();
    this.#copyStart = start;
    this.#copyLength = length;
  }

  /** The result goes on with these bytes, which are copied from here at once. */
  literal(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#endCopy();
    if (bytes.length <= MAX_SHORT_LITERAL) {
      this.#command(bytes.length);
    } else {
      const width = widthOf(bytes.length);
      this.#command(LITERAL_N1 + width);
      this.#number(bytes.length, width);
    }
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === this.#chunk.length) this.#next();
      const count = Math.min(bytes.length - at, this.#chunk.length - this.#used);
      this.#chunk.set(bytes.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
    }
  }

  /** The chunks that are full. They are the caller's. */
  take(): readonly Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Ends the delta; answers what is left of it. */
  end(): readonly Uint8Array[] {
    this.#endCopy();
    this.#command(END);
    return [...this.take(), this.#chunk.subarray(0, this.#used)];
  }

  #endCopy(): void {
    if (this.#copyLength === 0) return;
    const start = widthOf(this.#copyStart);
    const length = widthOf(this.#copyLength);
    this.#command(COPY_N1_N1 + start * 4 + length);
    this.#number(this.#copyStart, start);
    this.#number(this.#copyLength, length);
    this.#copyLength = 0;
  }

  /** Writes a command, and makes room for its numbers. */
  #command(code: number): void {
    if (this.#used + LONGEST_HEAD > this.#chunk.length) this.#next();
    this.#chunk[this.#used++] = code;
  }

  #number(value: number, width: number): void {
    if (width === 3) {
      this.#used = this.#chunk.writeBigUInt64BE(BigInt(value), this.#used);
    } else {
      this.#used = this.#chunk.writeUIntBE(value, this.#used, WIDTHS[width] as number);
    }
  }

  #next(): void {
    this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
  }
}

/** Which of {@link WIDTHS} is the least that holds a number. */
function widthOf(value: number): number {
  if (value < 0x100) return 0;
  if (value < 0x1_0000) return 1;
  return value < 0x1_0000_0000 ? 2 : 3;
}
