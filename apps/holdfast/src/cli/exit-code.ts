import { type ErrorCode, HoldfastError } from '@holdfast/protocol';

/** How the command line ends; docs/cli.md has the same table. */
export const EXIT = {
  OK: 0,
  /** The run failed, or the request was refused. */
  FAILED: 1,
  USAGE: 2,
  /** EX_UNAVAILABLE: no server answers. */
  UNREACHABLE: 69,
  /** EX_NOPERM: no valid key, or it may not do this. */
  DENIED: 77,
  /** EX_CONFIG. */
  CONFIG: 78,
  /** The run was cancelled, or you detached with Ctrl-C. */
  CANCELED: 130,
} as const;

/** A mistake in the command line: said without ceremony, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** No server answers: the command line's own matter, so that an UNAVAILABLE of the server itself stays apart. */
export class UnreachableError extends HoldfastError {
  constructor(message: string, cause?: unknown) {
    super('UNAVAILABLE', message, { cause });
    this.name = 'UnreachableError';
  }
}

const EXIT_OF_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  CONFIG_INVALID: EXIT.CONFIG,
  UNAUTHENTICATED: EXIT.DENIED,
  PERMISSION_DENIED: EXIT.DENIED,
  CANCELED: EXIT.CANCELED,
};

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.USAGE;
  if (error instanceof UnreachableError) return EXIT.UNREACHABLE;
  if (!HoldfastError.is(error)) return EXIT.FAILED;
  return EXIT_OF_CODE[error.code] ?? EXIT.FAILED;
}

/** The exit code that tells how a run ended. */
export function exitCodeOfRun(status: string): number {
  return status === 'failed' ? EXIT.FAILED : status === 'canceled' ? EXIT.CANCELED : EXIT.OK;
}
