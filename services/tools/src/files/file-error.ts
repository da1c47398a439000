import { HoldfastError } from '@holdfast/protocol';

/** The code of a system error (`ENOENT` ...), or an empty text. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** A failed system call on `path` (as the run sees it), in words for the model; never with a path of the host. */
export function fileError(error: unknown, path: string): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const options = { cause: error };
  switch (codeOf(error)) {
    case 'ENOENT':
      return new HoldfastError('NOT_FOUND', `There is no ${path}. list_files shows what there is.`, options);
    case 'ENOTDIR':
      return new HoldfastError('INVALID_ARGUMENT', `A part of ${path} is a file, not a folder.`, options);
    case 'EISDIR':
      return new HoldfastError('INVALID_ARGUMENT', `${path} is a folder, not a file.`, options);
    case 'ELOOP':
      return new HoldfastError('REFUSED', `${path} leads through too many links, or a link that changes.`, options);
    case 'ENAMETOOLONG':
      return new HoldfastError('INVALID_ARGUMENT', `A name in ${path} is longer than 255 bytes.`, options);
    case 'EACCES':
    case 'EPERM':
      return new HoldfastError('REFUSED', `${path} may not be read or written by the platform.`, options);
    case 'ENXIO':
      return new HoldfastError('REFUSED', `${path} is no regular file (a pipe, socket or device).`, options);
    case 'ENOSPC':
    case 'EDQUOT':
      return new HoldfastError('STORAGE_FULL', `The disk is full; ${path} is as it was before.`, options);
    default:
      return new HoldfastError(
        'TOOL_FAILED',
        `${path} cannot be used (${codeOf(error) || 'unknown reason'}).`,
        options,
      );
  }
}
