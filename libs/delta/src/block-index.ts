import type { Signature } from './signature.ts';
import { MIX, type WeakFilter } from './weak.ts';

/** A block is put at most this many places from where it belongs, so that no signature makes looking up slow. */
const MAX_PROBES = 64;

/** Finds blocks of a signature by their sums. */
export interface BlockIndex {
  readonly filter: WeakFilter;
  /** Whether there may be a block of this weak sum. */
  mayHave(weak: number): boolean;
  /** The first block with these sums, or -1. `strong` is asked once, and only when a weak sum is met. */
  find(weak: number, strong: () => Uint8Array): number;
}

/**
 * Makes the index: a hash table with open addressing and a filter, in typed arrays, 10 to 20 bytes a block. Of blocks that are
 * alike the first is kept. A block that finds no place among {@link MAX_PROBES} is left out: what it holds is sent as it is.
 */
export function blockIndex(signature: Signature): BlockIndex {
  const { count, weak } = signature;
  const tableBits = Math.max(4, Math.ceil(Math.log2(count + 1)) + 1);
  const filterBits = Math.min(30, tableBits + 3);
  const table = new Int32Array(2 ** tableBits).fill(-1);
  const mask = table.length - 1;
  const filter: WeakFilter = { bits: new Int32Array(2 ** (filterBits - 5)), shift: 32 - filterBits };
  const placeOf = (sum: number) => Math.imul(sum, MIX) >>> (32 - tableBits);

  for (let block = 0; block < count; block++) {
    const sum = weak[block] as number;
    let place = placeOf(sum);
    for (let probes = 0; probes < MAX_PROBES; probes++, place = (place + 1) & mask) {
      const there = table[place] as number;
      if (there === -1) {
        table[place] = block;
        const mixed = Math.imul(sum, MIX) >>> filter.shift;
        filter.bits[mixed >>> 5] = (filter.bits[mixed >>> 5] as number) | (1 << (mixed & 31));
        break;
      }
      if (weak[there] === sum && sameStrong(signature, there, signature.strong, block * signature.strongBytes)) break;
    }
  }

  return {
    filter,
    mayHave(sum) {
      const mixed = Math.imul(sum, MIX) >>> filter.shift;
      return (((filter.bits[mixed >>> 5] as number) >>> (mixed & 31)) & 1) === 1;
    },
    find(sum, strong) {
      let digest: Uint8Array | undefined;
      let place = placeOf(sum);
      for (let probes = 0; probes < MAX_PROBES; probes++, place = (place + 1) & mask) {
        const there = table[place] as number;
        if (there === -1) return -1;
        if (weak[there] !== sum) continue;
        digest ??= strong();
        if (sameStrong(signature, there, digest, 0)) return there;
      }
      return -1;
    },
  };
}

/** Whether the strong sum of a block is the one that stands in `bytes` from `at` on, as far as the signature keeps it. */
export function sameStrong(signature: Signature, block: number, bytes: Uint8Array, at: number): boolean {
  const { strong, strongBytes } = signature;
  for (let index = 0, from = block * strongBytes; index < strongBytes; index++) {
    if (strong[from + index] !== bytes[at + index]) return false;
  }
  return true;
}
