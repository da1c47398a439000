/** JSON text sequences (RFC 7464): each message stands between a record separator and a line feed. */
const RS = 0x1e;
const LF = 0x0a;

/** The longest message, bytes. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** A message as it crosses. */
export function encodeFrame(message: unknown): Uint8Array {
  return Buffer.from(`\u001E${JSON.stringify(message)}\n`);
}

/** One piece of what came: a message's text, or bytes that belong to none. */
export type Piece =
  | { readonly type: 'frame'; readonly text: string }
  | { readonly type: 'noise'; readonly bytes: number }
  | { readonly type: 'too-large' };

/** Takes a stream of bytes apart. What a program prints in between is noise, and harms nothing. */
export class FrameSplitter {
  #parts: Uint8Array[] = [];
  #length = 0;
  #inside = false;

  /** The pieces that are whole now. */
  *push(bytes: Uint8Array): Generator<Piece> {
    let from = 0;
    while (from < bytes.length) {
      if (!this.#inside) {
        const start = bytes.indexOf(RS, from);
        const end = start < 0 ? bytes.length : start;
        if (end > from) yield { type: 'noise', bytes: end - from };
        if (start < 0) return;
        this.#inside = true;
        from = start + 1;
        continue;
      }
      // A new separator in the middle: what came before was cut off, or forged.
      const end = nearest(bytes.indexOf(LF, from), bytes.indexOf(RS, from));
      const part = bytes.subarray(from, end < 0 ? bytes.length : end);
      this.#parts.push(part);
      this.#length += part.length;
      if (this.#length > MAX_FRAME_BYTES) {
        this.#reset();
        yield { type: 'too-large' };
        return;
      }
      if (end < 0) return;
      const text = Buffer.concat(this.#parts).toString('utf8');
      this.#reset();
      if (bytes[end] === LF) yield { type: 'frame', text };
      else yield { type: 'noise', bytes: text.length };
      from = bytes[end] === LF ? end + 1 : end;
    }
  }

  #reset(): void {
    this.#parts = [];
    this.#length = 0;
    this.#inside = false;
  }
}

function nearest(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}
