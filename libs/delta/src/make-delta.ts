import { type BlockIndex, blockIndex, sameStrong } from './block-index.ts';
import { type ByteReader, type ByteStream, fill, PIECE_BYTES, streamReader } from './bytes.ts';
import { DeltaWriter } from './commands.ts';
import type { Signature } from './signature.ts';
import { type BlockSums, blockSums } from './sums.ts';

/**
 * So many bytes are hashed for each byte of the file at most. Files reach 1 by themselves; a signature made for it (its weak
 * sums are met at every offset, its strong sums nowhere) would make each byte cost a block. Beyond, bytes are sent unasked.
 */
const HASHED_PER_BYTE = 8;

/**
 * The delta that makes `content` of the file whose signature this is, in librsync's format, by the rsync algorithm: a window
 * of one block goes over the content, and what lies in the old file, at whatever offset, is named instead of sent.
 *
 * Takes memory for the index of the signature, and four blocks, or 1 MiB; none for the length of the content.
 *
 * @throws HoldfastError CANCELED; what reading throws goes through
 */
export async function* makeDelta(
  signature: Signature,
  content: ByteStream,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* deltaFrom(signature, streamReader(content), signal);
}

/**
 * From so many bytes on a strong sum is trusted without the weak one where a single block comes into question: the one that
 * follows the last copy. It saves the weak sum of all that has not changed.
 */
const TRUSTED_STRONG_BYTES = 8;

/** As {@link makeDelta}, for what is read otherwise. Closes the reader. */
export async function* deltaFrom(
  signature: Signature,
  reader: ByteReader,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    const matcher = new Matcher(signature, blockIndex(signature), await blockSums(signature));
    for (;;) {
      const start = matcher.makeRoom();
      const piece = matcher.buffer.subarray(0, start + PIECE_BYTES);
      const end = await fill(reader, piece, start, signal);
      matcher.match(end);
      yield* matcher.writer.take();
      if (end < piece.length) break;
    }
    yield* matcher.finish();
  } finally {
    await reader.close();
  }
}

/** Goes over content piece by piece. `buffer` holds, from `#window` on, what is not decided yet. */
class Matcher {
  readonly buffer: Uint8Array;
  readonly writer = new DeltaWriter();
  readonly #signature: Signature;
  readonly #index: BlockIndex;
  readonly #sums: BlockSums;
  /** Where in the content the buffer begins. */
  #base = 0;
  /** Where the bytes begin that were found nowhere and are not written yet. */
  #unmatched = 0;
  /** Where the window begins. */
  #window = 0;
  #end = 0;
  /** The block that the content should go on with. */
  #expected = 0;
  /** The sum of the window, if no block lies under it. */
  #rolling: number | undefined;
  readonly #mostCredit: number;
  #credit: number;

  constructor(signature: Signature, index: BlockIndex, sums: BlockSums) {
    this.#signature = signature;
    this.#index = index;
    this.#sums = sums;
    this.buffer = new Uint8Array(2 * Math.max(signature.blockBytes, PIECE_BYTES));
    this.#mostCredit = HASHED_PER_BYTE * this.buffer.length;
    this.#credit = this.#mostCredit;
  }

  /** Answers where a piece can be read to; moves what is not decided to the front if there is no room behind it. */
  makeRoom(): number {
    if (this.buffer.length - this.#end >= PIECE_BYTES) return this.#end;
    this.#flush(this.#window);
    this.buffer.copyWithin(0, this.#window, this.#end);
    this.#base += this.#window;
    this.#end -= this.#window;
    this.#window = 0;
    this.#unmatched = 0;
    return this.#end;
  }

  /** Decides on all that a whole window can be laid on; the bytes end at `end`. */
  match(end: number): void {
    this.#credit = Math.min(this.#mostCredit, this.#credit + HASHED_PER_BYTE * (end - this.#end));
    this.#end = end;
    const { blockBytes } = this.#signature;
    const { weak } = this.#sums;
    const last = end - blockBytes;
    while (this.#window <= last) {
      let sum: number;
      if (this.#rolling !== undefined) {
        if (this.#window === last) return;
        this.#window = weak.roll(this.buffer, this.#window, last, this.#rolling, this.#index.filter);
        sum = weak.rolled;
      } else if (this.#goesOn()) {
        this.#copy(this.#expected, blockBytes);
        continue;
      } else {
        sum = this.#sums.weakOf(this.buffer, this.#window, this.#window + blockBytes);
      }
      this.#rolling = sum;
      const block = this.#find(sum);
      if (block !== -1) this.#copy(block, blockBytes);
    }
  }

  /** Decides on the rest, which may hold the short last block, and ends the delta. */
  finish(): readonly Uint8Array[] {
    const { count, weak } = this.#signature;
    const block = count - 1;
    let length = this.#end - this.#window;
    let sum = this.#sums.weak.of(this.buffer, this.#window, this.#end);
    for (; length > 0; length--) {
      if (weak[block] === sum && this.#mayHash(length) && sameStrong(this.#signature, block, this.#strong(length), 0)) {
        this.#copy(block, length);
        break;
      }
      sum = this.#sums.weak.shrink(sum, length, this.buffer[this.#window] as number);
      this.#window += 1;
    }
    this.#flush(this.#end);
    return this.writer.end();
  }

  /** Whether the block that is expected lies under the window; asked before any sum of it is known. */
  #goesOn(): boolean {
    const { blockBytes, count, strongBytes } = this.#signature;
    if (strongBytes < TRUSTED_STRONG_BYTES || this.#expected >= count || !this.#mayHash(blockBytes)) return false;
    return sameStrong(this.#signature, this.#expected, this.#strong(blockBytes), 0);
  }

  /**
   * The block that lies under the window, or -1. The one that follows the last copy is asked first, then the one at about the
   * same offset of the old file: where blocks are alike (zeros), copies then join.
   */
  #find(sum: number): number {
    if (!this.#index.mayHave(sum)) return -1;
    const { blockBytes, count, weak } = this.#signature;
    if (!this.#mayHash(blockBytes)) return -1;
    let digest: Uint8Array | undefined;
    const strong = () => {
      digest ??= this.#strong(blockBytes);
      return digest;
    };
    const isAt = (block: number) =>
      block < count && weak[block] === sum && sameStrong(this.#signature, block, strong(), 0);
    const same = Math.floor((this.#base + this.#window) / blockBytes);
    const near = [this.#expected, same].find(isAt);
    const found = near ?? this.#index.find(sum, strong);
    // The weak sum was not there after all: nothing was hashed.
    if (digest === undefined) this.#credit += blockBytes;
    return found;
  }

  #strong(length: number): Uint8Array {
    return this.#sums.strongOf(this.buffer, this.#window, this.#window + length);
  }

  #mayHash(length: number): boolean {
    if (this.#credit < length) return false;
    this.#credit -= length;
    return true;
  }

  #copy(block: number, length: number): void {
    this.#flush(this.#window);
    this.writer.copy(block * this.#signature.blockBytes, length);
    this.#window += length;
    this.#unmatched = this.#window;
    this.#expected = block + 1;
    this.#rolling = undefined;
  }

  /** Writes what was found nowhere, up to `end`. */
  #flush(end: number): void {
    this.writer.literal(this.buffer.subarray(this.#unmatched, end));
    this.#unmatched = end;
  }
}
