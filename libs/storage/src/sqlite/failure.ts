import { HoldfastError } from '@holdfast/protocol/error';

import type { WireFailure } from './wire.ts';

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const TOOBIG = 18;
const CONSTRAINT = 19;
const NOTADB = 26;
/** No room for the shared-memory file beside the database: an I/O error by number, a full disk by nature. */
const IOERR_SHMSIZE = 4874;
const IOERR_CORRUPTFS = 8458;

const CONSTRAINT_KINDS: Readonly<Record<number, string>> = {
  275: 'check',
  787: 'foreign_key',
  1299: 'not_null',
  1555: 'unique',
  2067: 'unique',
  2579: 'unique',
};

/** The SQLite result code of an error that node:sqlite threw; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Says in the platform's terms what SQLite reported while it worked on `file`. */
export function sqliteFailure(error: unknown, file: string): WireFailure {
  if (HoldfastError.is(error)) return { code: error.code, message: error.message, cause: '' };
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = error instanceof Error ? error.message : String(error);
  const code = resultCode(error);
  if (code === undefined) return { code: 'INTERNAL', message: `The database statement is not valid: ${text}.`, cause };
  if (code === IOERR_SHMSIZE || (code & 0xff) === FULL) return full(file, cause);
  if (code === IOERR_CORRUPTFS) return corrupt(file, text, cause);
  switch (code & 0xff) {
    case CORRUPT:
    case NOTADB:
      return corrupt(file, text, cause);
    case CONSTRAINT: {
      const details = { constraint: CONSTRAINT_KINDS[code] ?? 'other' };
      return {
        code: 'CONFLICT',
        message: `The data does not allow this: ${text}. Nothing of it was kept.`,
        details,
        cause,
      };
    }
    case TOOBIG:
      return { code: 'TOO_LARGE', message: 'A value is larger than 1 GB. Nothing of it was kept.', cause };
    case BUSY:
    case LOCKED:
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return {
        code: 'STORAGE_UNAVAILABLE',
        message:
          `The database file ${file} cannot be used now (${text}). What was acknowledged is kept. ` +
          'Check the disk and the permissions of that folder, then try again.',
        details: { sqlite: code },
        cause,
      };
    default:
      return {
        code: 'INTERNAL',
        message: `The database refused a statement: ${text}.`,
        details: { sqlite: code },
        cause,
      };
  }
}

/** Whether a failed COMMIT with this failure leaves it open if the batch will be there after a crash. */
export function leavesOutcomeOpen(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && (code & 0xff) === IOERR && code !== IOERR_SHMSIZE;
}

function full(file: string, cause: string): WireFailure {
  return {
    code: 'STORAGE_FULL',
    message:
      `The disk that holds ${file} is full. This change was not kept; everything acknowledged before is. ` +
      'Make room; the next change then succeeds without a restart.',
    details: { outcome: 'none' },
    cause,
  };
}

function corrupt(file: string, text: string, cause: string): WireFailure {
  return {
    code: 'STORAGE_CORRUPT',
    message:
      `The database file ${file} is damaged (${text}). It was not touched further. ` +
      'Stop Holdfast, keep a copy of the whole data directory, then restore a backup ' +
      'or recover what can be read with: sqlite3 <file> .recover',
    details: { file },
    cause,
  };
}
