import { statfs } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

const CODES = ['ENOSPC', 'EDQUOT'];
// Programs say it in words; they run with LC_ALL=C.
const WORDS = /No space left on device|Disk quota exceeded|enough free space/;

/** Programs that cannot write all they want do not always say why: with so little left, the disk is the reason. */
const FULL_BELOW_BYTES = 256 * 1024;

/**
 * What making an image threw, for whoever asked for it: a full disk under its own code, whoever noticed it.
 *
 * @param folder on the disk that was written to, with what was half-made still there.
 */
export async function diskFull(error: unknown, folder: string): Promise<HoldfastError> {
  const hasOtherReason = HoldfastError.is(error) && error.code !== 'UNAVAILABLE';
  if (hasOtherReason || !(saysSo(error) || (await isFull(folder)))) {
    return HoldfastError.from(error, 'UNAVAILABLE', 'The image could not be made. Nothing half-made is left.');
  }
  return new HoldfastError(
    'STORAGE_FULL',
    'The disk is full: the image was not made, and nothing half-made is left. Make room, or remove images, and try again.',
    { cause: error },
  );
}

function saysSo(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && typeof error.code === 'string' && CODES.includes(error.code)) || WORDS.test(error.message);
}

async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
}
