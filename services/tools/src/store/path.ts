import { HoldfastError } from '@holdfast/protocol';

/** The longest path of a shared file, bytes. */
export const MAX_PATH_BYTES = 1024;

/**
 * The one form of a path of the shared store, such as `reports/q3.md`: no slash at its ends, no empty part, no `.` or
 * `..`, composed characters (NFC).
 *
 * @throws HoldfastError INVALID_ARGUMENT that says what is wrong.
 */
export function checkPath(given: string): string {
  const path = given.normalize('NFC');
  const wrong = problemOf(path);
  if (wrong === '') return path;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `"${given.slice(0, 100)}" ${wrong}. A shared file has a path such as reports/q3.md.`,
  );
}

/** The form of a prefix for a listing: '' for all, else the beginning of a path. @throws HoldfastError INVALID_ARGUMENT. */
export function checkPrefix(given: string): string {
  const prefix = given.normalize('NFC');
  if (prefix === '') return '';
  checkPath(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}

/** `report.md.v2` as version 2 of `report.md`; undefined for a name that names no version. */
export function splitVersion(path: string): { readonly path: string; readonly version: number } | undefined {
  const match = /^(.+)\.v([1-9]\d{0,8})$/.exec(path);
  const [, file = '', version = ''] = match ?? [];
  return match && !file.endsWith('/') ? { path: file, version: Number(version) } : undefined;
}

function problemOf(path: string): string {
  if (path === '') return 'is empty';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith('/') || path.endsWith('/')) return 'begins or ends with a slash';
  if (path.includes('\\')) return 'has a backslash';
  if (/\p{Cc}/u.test(path) || !path.isWellFormed()) return 'has a control character or half of one';
  const parts = path.split('/');
  if (parts.includes('')) return 'has two slashes in a row';
  if (parts.includes('.') || parts.includes('..')) return 'has a part that is . or ..';
  if (parts.some((part) => Buffer.byteLength(part) > 255)) return 'has a part longer than 255 bytes';
  return '';
}
