import type { IncomingHttpHeaders } from 'node:http';

import { HoldfastError } from '@holdfast/protocol';

const PREFIX = 'x-metadata-';
const PRINTABLE = /^[\x20-\x7e]*$/;
/** The kernel takes 255 bytes with `user.e2b.`. */
const KEY_BYTES = 246;
/** What an inode of ext4 has room for. */
const TOTAL_BYTES = 4096;
const NAMESPACE_BYTES = 'user.e2b.'.length;

/**
 * The metadata that an upload gives its files, in `X-Metadata-<key>` headers.
 *
 * @throws HoldfastError INVALID_ARGUMENT where it is not printable ASCII, or more than a file can hold.
 */
export function metadataOf(headers: IncomingHttpHeaders): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || name === PREFIX || value === undefined) continue;
    const key = name.slice(PREFIX.length);
    const text = Array.isArray(value) ? (value[0] ?? '') : value;
    if (!PRINTABLE.test(key) || !PRINTABLE.test(text)) throw invalid(`"${key}" is not printable ASCII`);
    if (key.length > KEY_BYTES) throw invalid(`the key "${key.slice(0, 20)}..." is longer than ${KEY_BYTES} bytes`);
    metadata[key] = text;
  }
  const bytes = Object.entries(metadata).reduce(
    (sum, [key, text]) => sum + NAMESPACE_BYTES + key.length + text.length,
    0,
  );
  if (bytes > TOTAL_BYTES) throw invalid(`it has ${bytes} bytes, a file can hold ${TOTAL_BYTES}`);
  return metadata;
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The metadata cannot be kept: ${what}. Nothing was written.`);
}
