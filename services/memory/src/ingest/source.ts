import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

/** A page or file as it was fetched. */
export interface FetchedPage {
  readonly content: Uint8Array;
  /** Its media type; empty: not said. */
  readonly type: string;
  /** Where it was in the end. */
  readonly url: string;
}

/** Fetches an address under the product's rules for outgoing requests. Throws HoldfastError. */
export type FetchPage = (url: string, signal: AbortSignal) => Promise<FetchedPage>;

/** What is to be read. */
export type DocumentSource =
  | { readonly path: string }
  | { readonly url: string }
  | { readonly content: Uint8Array; readonly mediaType?: string };

/**
 * Reads a file once: what was opened is what is checked and read, a link at its end is not followed, and nothing that
 * is no plain file is waited for. Throws NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT, TOO_LARGE.
 */
export async function readPath(path: string, maxBytes: number): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    throw notOpened(path, error);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new HoldfastError('INVALID_ARGUMENT', `"${path}" is no file. Nothing was kept: name a file.`);
    if (stat.size > maxBytes) throw documentTooLarge(maxBytes);
    // One byte more than it had: it may grow meanwhile.
    const content = new Uint8Array(stat.size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(content, length, content.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === content.length) break;
    }
    if (length > stat.size) {
      const message = `"${path}" changed while it was read. Nothing was kept: repeat this when it is complete.`;
      throw new HoldfastError('CONFLICT', message);
    }
    return content.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** What is thrown for a document of more than `maxBytes`. */
export function documentTooLarge(maxBytes: number): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The document is larger than ${maxBytes} bytes. Nothing was kept: cut it up, or raise memory.documents.max_bytes.`,
    { details: { limit: maxBytes } },
  );
}

function notOpened(path: string, cause: NodeJS.ErrnoException): HoldfastError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    return new HoldfastError('NOT_FOUND', `There is no file "${path}". Nothing was kept: check the path.`, { cause });
  }
  if (cause.code === 'ELOOP') {
    const message = `"${path}" is a link. Nothing was kept: name the file that it points to.`;
    return new HoldfastError('INVALID_ARGUMENT', message, { cause });
  }
  const why = cause.code ?? cause.message;
  return new HoldfastError('PERMISSION_DENIED', `"${path}" cannot be opened (${why}). Nothing was kept.`, { cause });
}
