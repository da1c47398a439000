import { hash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';

/** The bytes, if they are what their key says. @throws HoldfastError STORAGE_CORRUPT. */
export function verified(key: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes && hash('sha256', bytes, 'hex') === key.slice(0, 64)) return bytes;
  throw new HoldfastError(
    'STORAGE_CORRUPT',
    `A part of this shared file is ${bytes ? 'not what was stored' : 'missing'} (${key.slice(0, 12)}). Nothing was ` +
      'changed. Read another version of the file, or restore the chunks from a backup.',
    { details: { chunk: key.slice(0, 64) } },
  );
}
