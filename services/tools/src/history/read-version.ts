import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';

import type { Bounds } from './bounds.ts';
import { openFile } from './open-beneath.ts';
import { readPart } from './parts.ts';
import { describe, type Found } from './scan.ts';

/** A file as it was read. */
export interface ReadFile {
  readonly found: Found;
  /** Empty where it is too large to be read, or may not be. */
  readonly sha256: string;
  readonly binary: boolean;
  /** All of it, where it is small enough to be kept. */
  readonly content: Buffer | undefined;
}

const BINARY_BYTES = 8192;
const CHUNK = 1024 * 1024;

/** Reads a regular file of a workspace; undefined where there is none (any more). No link is followed. */
export async function readVersion(path: string, workspace: string, bounds: Bounds): Promise<ReadFile | undefined> {
  const file = openFile(workspace, path);
  if (!file) return undefined;
  const { fd, stats } = file;
  try {
    return { found: describe(stats), ...(await digest(fd, Number(stats.size), bounds)) };
  } finally {
    closeSync(fd);
  }
}

async function digest(fd: number, size: number, bounds: Bounds): Promise<Omit<ReadFile, 'found'>> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  const isSmall = size <= bounds.keepBytes;
  let binary = false;
  // No further than the size that was told: a file that grows meanwhile has changed, and is read again next time.
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - at));
    const bytesRead = await readPart(fd, buffer, at);
    const chunk = buffer.subarray(0, bytesRead);
    if (at === 0) binary = chunk.subarray(0, BINARY_BYTES).includes(0);
    if (size > bounds.readBytes) return { sha256: '', binary, content: undefined };
    if (bytesRead === 0) break;
    hash.update(chunk);
    if (isSmall) chunks.push(chunk);
    at += bytesRead;
  }
  return { sha256: hash.digest('hex'), binary, content: isSmall ? Buffer.concat(chunks) : undefined };
}
