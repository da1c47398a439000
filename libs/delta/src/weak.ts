/**
 * Which weak sums a signature has, roughly: a bit is set for each. Asked for every byte of a file that has changed, and
 * small enough for the processor's cache.
 */
export interface WeakFilter {
  readonly bits: Int32Array;
  /** How many of the upper bits of a mixed sum are left out. */
  readonly shift: number;
}

/** Spreads a weak sum over 32 bits: the golden ratio's multiplier of Fibonacci hashing. */
export const MIX = 0x9e3779b1;

/** A sum over a window of fixed length that can be moved on by one byte at little cost. */
export interface WeakSum {
  /** The sum of the bytes from `start` to `end`. */
  of(bytes: Uint8Array, start: number, end: number): number;
  /** The sum without the first byte `out` of the `length` that it was made of. */
  shrink(sum: number, length: number, out: number): number;
  /**
   * Moves the window that begins at `start`, whose sum is `sum`, by one byte and more: to the first place where the filter
   * has its sum, or to `last`. Answers where it begins now; {@link WeakSum.rolled} is its sum.
   */
  roll(bytes: Uint8Array, start: number, last: number, sum: number, filter: WeakFilter): number;
  /** The sum after the last {@link WeakSum.roll}. */
  readonly rolled: number;
}

/** Numbers of librsync's Rabin-Karp sum: its multiplier, the inverse of it modulo 2^32, and multiplier - 1. */
const MULTIPLIER = 0x08104225;
const INVERSE = 0x98f009ad;
const SEED_STEP = 0x08104224;
const MULTIPLIER_2 = Math.imul(MULTIPLIER, MULTIPLIER);
const MULTIPLIER_3 = Math.imul(MULTIPLIER_2, MULTIPLIER);
const MULTIPLIER_4 = Math.imul(MULTIPLIER_3, MULTIPLIER);
const MULTIPLIER_5 = Math.imul(MULTIPLIER_4, MULTIPLIER);
const MULTIPLIER_6 = Math.imul(MULTIPLIER_5, MULTIPLIER);
const MULTIPLIER_7 = Math.imul(MULTIPLIER_6, MULTIPLIER);
const MULTIPLIER_8 = Math.imul(MULTIPLIER_7, MULTIPLIER);

/**
 * The Rabin-Karp sum of librsync: a polynomial of the bytes modulo 2^32, with 1 before the first of them, so that blocks of
 * zeros of unequal length have unequal sums.
 */
export function rabinKarp(window: number): WeakSum {
  const leaving = power(window);
  let rolled = 0;
  return {
    of(bytes, start, end) {
      let hash = 1;
      let at = start;
      // Eight at a time, in pairs: the multiplications no longer wait for each other.
      for (const eighth = end - 7; at < eighth; at += 8) {
        const first =
          (Math.imul(bytes[at] as number, MULTIPLIER_7) + Math.imul(bytes[at + 1] as number, MULTIPLIER_6)) | 0;
        const second =
          (Math.imul(bytes[at + 2] as number, MULTIPLIER_5) + Math.imul(bytes[at + 3] as number, MULTIPLIER_4)) | 0;
        const third =
          (Math.imul(bytes[at + 4] as number, MULTIPLIER_3) + Math.imul(bytes[at + 5] as number, MULTIPLIER_2)) | 0;
        const fourth = (Math.imul(bytes[at + 6] as number, MULTIPLIER) + (bytes[at + 7] as number)) | 0;
        hash = (Math.imul(hash, MULTIPLIER_8) + ((first + second) | 0) + ((third + fourth) | 0)) | 0;
      }
      for (; at < end; at++) hash = (Math.imul(hash, MULTIPLIER) + (bytes[at] as number)) | 0;
      return hash;
    },
    shrink(sum, length, out) {
      return (sum - Math.imul(Math.imul(power(length), INVERSE), out + SEED_STEP)) | 0;
    },
    roll(bytes, start, last, sum, { bits, shift }) {
      let hash = sum;
      let at = start;
      while (at < last) {
        hash =
          (Math.imul(hash, MULTIPLIER) +
            (bytes[at + window] as number) -
            Math.imul(leaving, (bytes[at] as number) + SEED_STEP)) |
          0;
        at += 1;
        const mixed = Math.imul(hash, MIX) >>> shift;
        if ((((bits[mixed >>> 5] as number) >>> (mixed & 31)) & 1) === 1) break;
      }
      rolled = hash;
      return at;
    },
    get rolled() {
      return rolled;
    },
  };
}

/** What librsync's rollsum adds to every byte, so that zeros count. */
const OFFSET = 31;

/** The rollsum of librsync, after Adler-32 and rsync: a sum of the bytes, and a sum of those sums, 16 bits each. */
export function rollsum(window: number): WeakSum {
  let rolled = 0;
  return {
    of(bytes, start, end) {
      let low = 0;
      let high = 0;
      for (let at = start; at < end; at++) {
        low = (low + (bytes[at] as number) + OFFSET) | 0;
        high = (high + low) | 0;
      }
      return (high << 16) | (low & 0xffff);
    },
    shrink(sum, length, out) {
      const low = sum - out - OFFSET;
      const high = (sum >>> 16) - Math.imul(length, out + OFFSET);
      return (high << 16) | (low & 0xffff);
    },
    roll(bytes, start, last, sum, { bits, shift }) {
      let low = sum & 0xffff;
      let high = sum >>> 16;
      let hash = sum;
      let at = start;
      while (at < last) {
        const out = bytes[at] as number;
        low = (low + (bytes[at + window] as number) - out) | 0;
        high = (high + low - Math.imul(window, out + OFFSET)) | 0;
        hash = (high << 16) | (low & 0xffff);
        at += 1;
        const mixed = Math.imul(hash, MIX) >>> shift;
        if ((((bits[mixed >>> 5] as number) >>> (mixed & 31)) & 1) === 1) break;
      }
      rolled = hash;
      return at;
    },
    get rolled() {
      return rolled;
    },
  };
}

/** The multiplier to the power of `exponent`, modulo 2^32. */
function power(exponent: number): number {
  let result = 1;
  let square = MULTIPLIER;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}
