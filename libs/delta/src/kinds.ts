import { malformed } from './malformed.ts';

/**
 * The four kinds of signature that librsync knows: a rolling sum that finds a block at any offset, and a strong sum that
 * makes sure of it. `rabinkarp-blake2` is what rdiff 2.3 makes by default, and what is made here by default.
 */
export type SignatureKind = 'rabinkarp-blake2' | 'rabinkarp-md4' | 'rollsum-blake2' | 'rollsum-md4';

/** What a kind is made of. */
export interface KindFacts {
  /** The first four bytes of such a signature. */
  readonly magic: number;
  readonly weak: 'rabinkarp' | 'rollsum';
  readonly strong: 'blake2' | 'md4';
  /** Bytes of a whole strong sum; a signature may keep fewer. */
  readonly strongBytes: number;
}

/** Every kind, by the numbers of librsync ("File formats" of its manual, `rs_magic_number`). */
export const SIGNATURE_KINDS: Readonly<Record<SignatureKind, KindFacts>> = {
  'rabinkarp-blake2': { magic: 0x72730147, weak: 'rabinkarp', strong: 'blake2', strongBytes: 32 },
  'rabinkarp-md4': { magic: 0x72730146, weak: 'rabinkarp', strong: 'md4', strongBytes: 16 },
  'rollsum-blake2': { magic: 0x72730137, weak: 'rollsum', strong: 'blake2', strongBytes: 32 },
  'rollsum-md4': { magic: 0x72730136, weak: 'rollsum', strong: 'md4', strongBytes: 16 },
};

/** The first four bytes of a delta. */
export const DELTA_MAGIC = 0x72730236;

/**
 * The longest block that is read or made, 4 MiB: a block is held in memory, and hashed at one go. By the rule of
 * {@link signatureShape} that is the block of a file of 16 TiB.
 */
export const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

/** What a signature is made of. */
export interface SignatureShape {
  readonly kind: SignatureKind;
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** Bytes that are kept of each strong sum. */
  readonly strongBytes: number;
}

/** What the maker of a signature may ask for; what is left out is chosen by {@link signatureShape}. */
export interface ShapeWish {
  readonly kind?: SignatureKind;
  readonly blockBytes?: number;
  readonly strongBytes?: number;
}

/** Fewer bytes of a strong sum are not made here, however small the file is. */
const LEAST_STRONG_BYTES = 8;

/**
 * Chooses the shape of a signature for a file of `fileBytes` (`undefined`: not known).
 *
 * The block is as long as rdiff makes it: the square root of the size in steps of 128 bytes, 256 bytes at least, and 2,048
 * when the size is not known. So a signature grows with the root of the file, and so does the memory that a delta takes.
 * Of the strong sum as many bytes are kept as librsync's manual calls safe (`rdiff -S -1`): every offset of a file of this
 * size and 16 MiB more, against every block, finds a false match in at most one of 2^32 deltas. That guards against chance.
 * Against somebody who makes files collide on purpose only the SHA-256 of the whole does: see {@link applyToFile}.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the wish cannot be met
 */
export function signatureShape(fileBytes: number | undefined, wish: ShapeWish = {}): SignatureShape {
  const kind = wish.kind ?? 'rabinkarp-blake2';
  const whole = SIGNATURE_KINDS[kind].strongBytes;
  const blockBytes = wish.blockBytes ?? blockFor(fileBytes);
  const strongBytes = wish.strongBytes ?? Math.min(whole, strongFor(fileBytes, blockBytes));
  return checkShape({ kind, blockBytes, strongBytes });
}

/**
 * Gives a shape back if it can be worked with.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function checkShape(shape: SignatureShape): SignatureShape {
  const { kind, blockBytes, strongBytes } = shape;
  const whole = SIGNATURE_KINDS[kind].strongBytes;
  if (!Number.isInteger(blockBytes) || blockBytes < 1 || blockBytes > MAX_BLOCK_BYTES) {
    throw malformed(`blocks of ${blockBytes} bytes are outside 1 to ${MAX_BLOCK_BYTES}`);
  }
  if (!Number.isInteger(strongBytes) || strongBytes < 1 || strongBytes > whole) {
    throw malformed(`strong sums of ${strongBytes} bytes are outside 1 to ${whole}`);
  }
  return shape;
}

/** The kind that a magic number names, if it names one. */
export function kindOfMagic(magic: number): SignatureKind | undefined {
  const kinds = Object.keys(SIGNATURE_KINDS) as SignatureKind[];
  return kinds.find((kind) => SIGNATURE_KINDS[kind].magic === magic);
}

function blockFor(fileBytes: number | undefined): number {
  if (fileBytes === undefined) return 2048;
  if (fileBytes <= 65_536) return 256;
  const root = Math.floor(Math.sqrt(fileBytes));
  return Math.min(root - (root % 128), MAX_BLOCK_BYTES);
}

function strongFor(fileBytes: number | undefined, blockBytes: number): number {
  if (fileBytes === undefined) return 12;
  const offsets = Math.floor(Math.log2(fileBytes + 2 ** 24));
  const blocks = Math.floor(Math.log2(Math.floor(fileBytes / blockBytes) + 1));
  return Math.max(LEAST_STRONG_BYTES, 2 + Math.floor((offsets + blocks + 7) / 8));
}
