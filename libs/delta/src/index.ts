/**
 * Incremental sync by the rsync algorithm, in librsync's formats: what rdiff makes is read here, and the other way round.
 *
 * The one who has the old file sends its signature; the one who has the new file answers with a delta; the first applies it:
 *
 * ```ts
 * const signature = await readSignature(signatureOf(oldPath));
 * await applyToFile(oldPath, deltaOf(signature, newPath), oldPath, { sha256 });
 * ```
 */
export { type Applied, type ApplyOptions, applyToFile } from './apply.ts';
export { type Basis, handleBasis, memoryBasis } from './basis.ts';
export type { ByteStream } from './bytes.ts';
export { deltaOf, type FileSource, signatureOf } from './files.ts';
export { MAX_BLOCK_BYTES, type ShapeWish, type SignatureKind, type SignatureShape, signatureShape } from './kinds.ts';
export { makeDelta } from './make-delta.ts';
export { makeSignature } from './make-signature.ts';
export { patch, type PatchOptions } from './patch.ts';
export { DEFAULT_SIGNATURE_BYTES, readSignature, type ReadSignatureOptions, type Signature } from './signature.ts';
