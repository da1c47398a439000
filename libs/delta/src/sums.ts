import { createBLAKE2b, createMD4, type IHasher } from 'hash-wasm';

import { isAllZero } from './bytes.ts';
import { SIGNATURE_KINDS, type SignatureShape } from './kinds.ts';
import { rabinKarp, rollsum, type WeakSum } from './weak.ts';

/** Both sums of blocks, of one shape. */
export interface BlockSums {
  readonly weak: WeakSum;
  /** The whole strong sum of the bytes from `start` to `end`. */
  strong(bytes: Uint8Array, start: number, end: number): Uint8Array;
}

/**
 * Makes ready what sums blocks. The strong sums are those of hash-wasm (WebAssembly): Node's OpenSSL has neither MD4 nor a
 * BLAKE2b whose parameter block says 32 bytes, which is not the 64-byte digest cut short.
 */
export async function blockSums({ kind, blockBytes }: SignatureShape): Promise<BlockSums> {
  const { weak, strong } = SIGNATURE_KINDS[kind];
  const hasher = strong === 'md4' ? await createMD4() : await createBLAKE2b(256);
  let ofZeros: Uint8Array | undefined;
  return {
    weak: weak === 'rabinkarp' ? rabinKarp(blockBytes) : rollsum(blockBytes),
    strong(bytes, start, end) {
      // A sparse file is one long run of zeros: its blocks are compared, and hashed once.
      if (end - start !== blockBytes || !isAllZero(bytes, start, end)) return digest(hasher, bytes, start, end);
      ofZeros ??= digest(hasher, bytes, start, end);
      return ofZeros;
    },
  };
}

function digest(hasher: IHasher, bytes: Uint8Array, start: number, end: number): Uint8Array {
  return hasher.init().update(bytes.subarray(start, end)).digest('binary');
}
