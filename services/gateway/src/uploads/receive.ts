import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

/** Others may pass through and read, not list: the sandbox is another user, and nobody can guess the ids. */
const FOLDER_MODE = 0o711;
const FILE_MODE = 0o644;

/** What was received. */
export interface Received {
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Writes a stream to `<folder>/<name>` as it comes, one piece at a time. The folder appears when all of it is on disk;
 * of a stream that breaks off or is too large nothing stays, and the rest of it is discarded: it is the socket on which
 * the answer goes out, so it is not destroyed.
 *
 * @param limit bytes
 * @throws HoldfastError TOO_LARGE, CANCELED where the sender went away, STORAGE_FULL, STORAGE_UNAVAILABLE.
 */
export async function receiveFile(folder: string, name: string, body: Readable, limit: number): Promise<Received> {
  const draft = `${folder}.new`;
  try {
    await mkdir(dirname(folder), { recursive: true, mode: FOLDER_MODE });
    await mkdir(draft, { mode: FOLDER_MODE });
    const received = await writeAll(join(draft, name), body, limit);
    await sync(draft);
    await rename(draft, folder);
    await sync(dirname(folder));
    return received;
  } catch (error) {
    // What still comes is let go by: a sender sees the answer only when it has sent everything.
    body.resume();
    await rm(draft, { recursive: true, force: true });
    throw toHoldfastError(error);
  }
}

/** What an upload above the limit ends in. */
export function tooLarge(limit: number): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The file is larger than ${limit} bytes (gateway.upload_limit). Nothing was kept; name a path of the host as input instead, or raise the limit.`,
    { details: { limit_bytes: limit } },
  );
}

async function writeAll(path: string, body: Readable, limit: number): Promise<Received> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', FILE_MODE);
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > limit) throw tooLarge(limit);
      hash.update(piece);
      await file.writeFile(piece);
    }
    await file.chmod(FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toHoldfastError(error: unknown): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new HoldfastError('CANCELED', 'The upload broke off. Nothing was kept; send it again.', { cause: error });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HoldfastError('STORAGE_FULL', 'The disk is full. Nothing of the upload was kept; make room first.', {
      cause: error,
    });
  }
  return new HoldfastError('STORAGE_UNAVAILABLE', 'The upload could not be stored. Nothing was kept; see the log.', {
    cause: error,
  });
}
