/** Cuts a stream of bytes into records at a separator, and keeps no more than `maxBytes` of any one record. */
export class Splitter {
  readonly #separator: number;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #kept = 0;
  #began = false;

  constructor(separator: '\n' | '\0', maxBytes: number) {
    this.#separator = separator.charCodeAt(0);
    this.#maxBytes = maxBytes;
  }

  /** The records that `chunk` completes, without their separators. */
  *push(chunk: Uint8Array): Generator<Buffer> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(this.#separator); end >= 0; end = bytes.indexOf(this.#separator, start)) {
      this.#keep(bytes.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** The last record, where no separator ended it. */
  *end(): Generator<Buffer> {
    if (this.#began) yield this.#take();
  }

  #keep(piece: Buffer): void {
    this.#began = true;
    const room = this.#maxBytes - this.#kept;
    if (room <= 0) return;
    const part = piece.subarray(0, room);
    this.#pieces.push(part);
    this.#kept += part.length;
  }

  #take(): Buffer {
    const [first] = this.#pieces;
    const record = this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#kept = 0;
    this.#began = false;
    return record;
  }
}
