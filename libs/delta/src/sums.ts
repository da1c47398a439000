import { createBLAKE2b, createMD4, type IHasher } from 'hash-wasm';

import { isAllZero } from './bytes.ts';
import { SIGNATURE_KINDS, type SignatureShape } from './kinds.ts';
import { rabinKarp, rollsum, type WeakSum } from './weak.ts';

/** Both sums of blocks, of one shape. */
export interface BlockSums {
  readonly weak: WeakSum;
  /** The weak sum of the bytes from `start` to `end`. */
  weakOf(bytes: Uint8Array, start: number, end: number): number;
  /** The whole strong sum of the bytes from `start` to `end`. */
  strongOf(bytes: Uint8Array, start: number, end: number): Uint8Array;
}

/**
 * Makes ready what sums blocks. The strong sums are those of hash-wasm (WebAssembly): Node's OpenSSL has neither MD4 nor a
 * BLAKE2b whose parameter block says 32 bytes, which is not the 64-byte digest cut short.
 *
 * A sparse file is one long run of zeros: its blocks are compared, at the speed of memory, and summed once.
 */
export async function blockSums({ kind, blockBytes }: SignatureShape): Promise<BlockSums> {
  const facts = SIGNATURE_KINDS[kind];
  const hasher = facts.strong === 'md4' ? await createMD4() : await createBLAKE2b(256);
  const weak = facts.weak === 'rabinkarp' ? rabinKarp(blockBytes) : rollsum(blockBytes);
  const isZeroBlock = (bytes: Uint8Array, start: number, end: number) =>
    end - start === blockBytes && isAllZero(bytes, start, end);
  let weakOfZeros: number | undefined;
  let strongOfZeros: Uint8Array | undefined;
  return {
    weak,
    weakOf(bytes, start, end) {
      if (!isZeroBlock(bytes, start, end)) return weak.of(bytes, start, end);
      weakOfZeros ??= weak.of(bytes, start, end);
      return weakOfZeros;
    },
    strongOf(bytes, start, end) {
      if (!isZeroBlock(bytes, start, end)) return digest(hasher, bytes, start, end);
      strongOfZeros ??= digest(hasher, bytes, start, end);
      return strongOfZeros;
    },
  };
}

function digest(hasher: IHasher, bytes: Uint8Array, start: number, end: number): Uint8Array {
  return hasher.init().update(bytes.subarray(start, end)).digest('binary');
}
