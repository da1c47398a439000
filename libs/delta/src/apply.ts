import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { handleBasis } from './basis.ts';
import { type ByteStream, isAllZero, PIECE_BYTES, streamReader } from './bytes.ts';
import { type FileSource, openSource } from './files.ts';
import { patchFrom, type PatchOptions } from './patch.ts';

/** A hole is left for zeros from this length on: a block of the common file systems. */
const LEAST_HOLE_BYTES = 4096;

/** What a patch of a file is to be. */
export interface ApplyOptions extends PatchOptions {
  /** The SHA-256 of the new file, in hex. With any other the patch is refused. Left out: not compared. */
  readonly sha256?: string;
}

/** The file that was made. */
export interface Applied {
  readonly bytes: number;
  /** In hex, lower case. */
  readonly sha256: string;
}

/**
 * Applies a delta to `basis` and puts the result at `target` (the basis itself, or another path), whole or not at all: it is
 * written beside the target, its SHA-256 compared, synced, and renamed. Zeros become holes. The permissions are those of the
 * basis.
 *
 * @throws HoldfastError CONFLICT if the SHA-256 is another (the basis was changed, or two blocks have the same sums): send
 *   the whole file; what `patch` throws. Errors of the file system go through. The target is then as it
 *   was, but for an error of syncing its folder. A process that is killed leaves `.NAME.UUID.tmp` beside it.
 */
export async function applyToFile(
  basis: FileSource,
  delta: ByteStream,
  target: string,
  { sha256, maxBytes = Number.MAX_SAFE_INTEGER, signal }: ApplyOptions = {},
): Promise<Applied> {
  const temporary = join(dirname(target), `.${basename(target).slice(0, 64)}.${randomUUID()}.tmp`);
  const source = await openSource(basis);
  try {
    const { mode } = await source.handle.stat();
    const written = await open(temporary, 'wx', 0o600);
    try {
      // Each chunk is written before the next is asked for: one buffer is enough.
      const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
      const allocate = (length: number) => buffer.subarray(0, length);
      const chunks = patchFrom(await handleBasis(source.handle), streamReader(delta), allocate, maxBytes, signal);
      const applied = await write(written, chunks);
      if (sha256 !== undefined && sha256.toLowerCase() !== applied.sha256) throw isAnother();
      await written.chmod(mode & 0o777);
      await written.sync();
      await rename(temporary, target);
      await syncFolder(dirname(target));
      return applied;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await written.close();
    }
  } finally {
    await source.close();
  }
}

async function write(file: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<Applied> {
  const hash = createHash('sha256');
  let position = 0;
  for await (const chunk of chunks) {
    const isHole = chunk.length >= LEAST_HOLE_BYTES && isAllZero(chunk, 0, chunk.length);
    const writing = isHole ? undefined : writeAll(file, chunk, position);
    hash.update(chunk);
    await writing;
    position += chunk.length;
  }
  await file.truncate(position);
  return { bytes: position, sha256: hash.digest('hex') };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isAnother(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'The patched file is not the one that was to be made: the old file differs from the one of the signature. It was left as it is; send the whole file.',
  );
}
