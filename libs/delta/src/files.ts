import { type FileHandle, open } from 'node:fs/promises';

import { handleReader } from './bytes.ts';
import { type ShapeWish, signatureShape } from './kinds.ts';
import { deltaFrom } from './make-delta.ts';
import { signatureFrom } from './make-signature.ts';
import type { Signature } from './signature.ts';

/** A file by its path, or already open for reading; then it is not closed here. */
export type FileSource = string | FileHandle;

/** Opens a file if it is not open already; `close` closes only what was opened here. */
export async function openSource(file: FileSource): Promise<{ handle: FileHandle; close(): Promise<void> }> {
  if (typeof file !== 'string') return { handle: file, close: async () => {} };
  const handle = await open(file, 'r');
  return { handle, close: () => handle.close() };
}

/**
 * The signature of a file, of a shape that fits its size (see {@link signatureShape}).
 *
 * @throws HoldfastError INVALID_ARGUMENT for a shape that cannot be, CANCELED; errors of the file system go through
 */
export async function* signatureOf(
  file: FileSource,
  { signal, ...wish }: ShapeWish & { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Uint8Array> {
  const source = await openSource(file);
  try {
    const { size } = await source.handle.stat();
    yield* signatureFrom(handleReader(source.handle), signatureShape(size, wish), signal);
  } finally {
    await source.close();
  }
}

/**
 * The delta that makes this file of the one whose signature is given.
 *
 * @throws HoldfastError CANCELED; errors of the file system go through
 */
export async function* deltaOf(
  signature: Signature,
  file: FileSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const source = await openSource(file);
  try {
    yield* deltaFrom(signature, handleReader(source.handle), signal);
  } finally {
    await source.close();
  }
}
