import { HoldfastError } from '@holdfast/protocol';

const MAX_BYTES = 255;
/** Control characters, line separators, and what turns the direction of writing: a name must look like what it is. */
const TREACHEROUS = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/**
 * Checks the name that an uploaded file is to have.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a path, `.`, `..`, a name beyond 255 bytes, and one that could mislead.
 */
export function checkFileName(name: string): void {
  const why =
    name === '' || name === '.' || name === '..'
      ? 'it names no file'
      : name.includes('/') || name.includes('\\')
        ? 'it must be a name, not a path'
        : Buffer.byteLength(name) > MAX_BYTES
          ? `it is longer than ${MAX_BYTES} bytes`
          : TREACHEROUS.test(name)
            ? 'it holds characters that cannot be seen'
            : undefined;
  if (why === undefined) return;
  throw new HoldfastError('INVALID_ARGUMENT', `The name of the file cannot be taken: ${why}. Nothing was kept.`);
}
