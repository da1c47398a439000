import { type ErrorCode, HoldfastError } from '@holdfast/protocol';
import { DatabaseError } from 'pg';

const CONSTRAINT_KINDS: Readonly<Record<string, string>> = {
  '23502': 'not_null',
  '23503': 'foreign_key',
  '23505': 'unique',
  '23514': 'check',
};

/** Whether the connection that threw this can be used no longer. */
export function isConnectionLost(error: unknown): boolean {
  // 57P01 to 57P03: the server is going down or comes up. Class 08: the protocol's own.
  if (error instanceof DatabaseError) return /^(57P0|08)/.test(error.code ?? '') || error.severity === 'FATAL';
  return (
    error instanceof Error && !(error instanceof TypeError || error instanceof RangeError || HoldfastError.is(error))
  );
}

/** Whether a standby gave a read up because it had to replay what the read still looked at. */
export function isRecoveryConflict(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '40001';
}

/**
 * Says in the platform's terms what PostgreSQL, or the way to it, reported. `where` is host, port and database.
 * `committing`: it happened while a COMMIT was under way, so that a lost connection leaves the outcome open.
 */
export function postgresFailure(error: unknown, where: string, committing = false): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isConnectionLost(error)) return lost(error, text, where, committing);
  if (!(error instanceof DatabaseError)) {
    return new HoldfastError('INTERNAL', `The database statement is not valid: ${text}.`, { cause: error });
  }
  const { code = '' } = error;
  const fail = (as: ErrorCode, message: string, details: Record<string, string> = {}) =>
    new HoldfastError(as, message, { cause: error, details });
  const constraint = CONSTRAINT_KINDS[code];
  if (code.startsWith('23')) {
    return fail('CONFLICT', `The data does not allow this: ${text}. Nothing of it was kept.`, {
      constraint: constraint ?? 'other',
    });
  }
  switch (code) {
    case '40001':
    case '40P01':
      return fail('CONFLICT', 'Another change came between. Nothing of this one was kept; read again and retry.');
    case '22021':
      return fail('INVALID_ARGUMENT', 'Text with a NUL character cannot be stored. Nothing of it was kept.');
    case '53100':
      return fail(
        'STORAGE_FULL',
        `The disk of the database server at ${where} is full. This change was not kept; everything acknowledged ` +
          'before is. Make room; the next change then succeeds without a restart.',
        { outcome: 'none' },
      );
    case '54000':
      return fail('TOO_LARGE', 'A value is larger than PostgreSQL takes. Nothing of it was kept.');
    case 'XX001':
    case 'XX002':
      return fail(
        'STORAGE_CORRUPT',
        `The database at ${where} reports damage (${text}). Nothing was changed. Stop Holdfast and restore a backup.`,
      );
    // Full of connections, out of memory, demoted to a standby, wrong password or database: nothing was begun.
    case '53200':
    case '53300':
    case '25006':
      return lost(error, text, where, false);
    default:
      return fail('INTERNAL', `The database refused a statement: ${text}.`, { sqlState: code });
  }
}

function lost(cause: unknown, text: string, where: string, committing: boolean): HoldfastError {
  const outcome = committing
    ? 'Whether this change was kept is not known: read it again before you repeat it.'
    : 'This change was not kept; everything acknowledged before is.';
  return new HoldfastError(
    'STORAGE_UNAVAILABLE',
    `The PostgreSQL server at ${where} does not answer (${text}). ${outcome} ` +
      'Check that it runs and can be reached; Holdfast connects again by itself.',
    { cause, details: { outcome: committing ? 'unknown' : 'none' } },
  );
}
