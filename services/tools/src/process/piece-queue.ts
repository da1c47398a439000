/** A piece of what a program said. */
export interface Piece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** What was said and not read yet: a little of it, and one reader. */
export class PieceQueue implements AsyncIterable<Piece> {
  readonly #maxBytes: number;
  readonly #pieces: Piece[] = [];
  #bytes = 0;
  #changed = Promise.withResolvers<void>();
  #end: { readonly error?: unknown } | undefined;
  #isDiscarded = false;

  /** @param maxBytes what is held before the writer has to wait. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Resolves when there is room for more. What comes after {@link discard} is dropped. */
  async push(piece: Piece): Promise<void> {
    if (this.#isDiscarded) return;
    this.#pieces.push(piece);
    this.#bytes += piece.bytes.byteLength;
    this.#tell();
    while (this.#bytes >= this.#maxBytes && !this.#isDiscarded) await this.#changed.promise;
  }

  /** Nothing more comes; a reader that has read what there is gets the error. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#tell();
  }

  /** Nobody reads any more: the writer never waits again. */
  discard(): void {
    this.#isDiscarded = true;
    this.#pieces.length = 0;
    this.#bytes = 0;
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece) {
          this.#bytes -= piece.bytes.byteLength;
          this.#tell();
          yield piece;
        } else if (this.#end) {
          if (this.#end.error !== undefined) throw this.#end.error;
          return;
        } else await this.#changed.promise;
      }
    } finally {
      this.discard();
    }
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
