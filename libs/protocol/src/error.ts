import type { JsonObject } from '@bufbuild/protobuf';

import { ERROR_CODES, type ErrorCode, isErrorCode } from './error-code.ts';

const MARKER = Symbol.for('holdfast.error');

/** What a {@link HoldfastError} is made of, beside its code and sentence. */
export interface ErrorOptions {
  /** What lies underneath. For the log only: it never leaves the process. */
  readonly cause?: unknown;
  /** Facts for a program to act on (`retryAfterMs`, `nearestKey` ...). They do reach clients. */
  readonly details?: JsonObject;
}

/** The form in which an error crosses to a client. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: JsonObject;
}

/**
 * The one error class of the platform.
 *
 * `message` is for the user: what happened, what was kept, and what to do next. The `cause` is for the log.
 *
 * Threads import it as `@holdfast/protocol/error`: with all messages each of them takes nine megabytes more.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly details: JsonObject;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, MARKER, { value: true });
  }

  /** The HTTP status that this error travels under. */
  get httpStatus(): number {
    return ERROR_CODES[this.code].http;
  }

  /** The gRPC status that this error travels under. */
  get grpcStatus(): number {
    return ERROR_CODES[this.code].grpc;
  }

  /** What a client may see: no cause, no stack. */
  toBody(): ErrorBody {
    return Object.keys(this.details).length === 0
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, details: this.details };
  }

  /** Whether `value` is one, also from a second installed copy of this package. */
  static is(value: unknown): value is HoldfastError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }

  /** Whether `value` is one with this code. */
  static has(value: unknown, code: ErrorCode): value is HoldfastError {
    return HoldfastError.is(value) && value.code === code;
  }

  /**
   * Turns whatever was thrown into a HoldfastError, at a boundary. An aborted signal becomes CANCELED, anything
   * unknown becomes `fallback` with a sentence that gives nothing of the inside away.
   */
  static from(value: unknown, fallback: ErrorCode = 'INTERNAL', message?: string): HoldfastError {
    if (HoldfastError.is(value)) return value;
    if (value instanceof Error && value.name === 'AbortError') {
      return new HoldfastError('CANCELED', message ?? 'It was cancelled before it had finished.', { cause: value });
    }
    if (value instanceof Error && value.name === 'TimeoutError') {
      return new HoldfastError('TIMED_OUT', message ?? 'It took longer than its time-out and was ended.', {
        cause: value,
      });
    }
    return new HoldfastError(fallback, message ?? ERROR_CODES[fallback].meaning, { cause: value });
  }

  /** Restores an error from its client form; an unknown code becomes INTERNAL. */
  static fromBody(body: { code?: unknown; message?: unknown; details?: JsonObject }): HoldfastError {
    const code = isErrorCode(body.code) ? body.code : 'INTERNAL';
    const message = typeof body.message === 'string' ? body.message : ERROR_CODES[code].meaning;
    return new HoldfastError(code, message, body.details ? { details: body.details } : {});
  }
}
