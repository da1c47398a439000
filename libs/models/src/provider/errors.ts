import {
  AISDKError,
  APICallError,
  InvalidResponseDataError,
  JSONParseError,
  TypeValidationError,
} from '@ai-sdk/provider';
import { type ErrorCode, HoldfastError } from '@holdfast/protocol';

const MAX_SENTENCE_CHARS = 500;
/** What looks like a key of one of the providers, wherever it came from. */
const KEY_LIKE = /\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][\w-]{8,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/=-]+/g;

/** Whose error it is, for its sentence. */
export interface ErrorSource {
  /** The id of the model. */
  readonly id: string;
  readonly apiKey: string | undefined;
  /** Epoch milliseconds, for a Retry-After that is a date. */
  readonly now: () => number;
}

/** What a provider layer threw, or put into a stream, as one of the documented errors. */
export function modelError(thrown: unknown, source: ErrorSource): HoldfastError {
  if (HoldfastError.is(thrown)) return thrown;
  if (APICallError.isInstance(thrown)) {
    const malformed = find(thrown.cause, isMalformed);
    if (malformed) return malformedError(malformed, source);
    // The status line had come; the layer's own sentence would speak of a success.
    const broken = (thrown.statusCode ?? 500) < 400 && find(thrown.cause, isOfNetwork);
    return byStatus(
      thrown.statusCode,
      broken ? 'the connection broke off' : thrown.message,
      thrown.responseBody ?? '',
      thrown.responseHeaders,
      source,
      thrown,
    );
  }
  if (AISDKError.isInstance(thrown)) return malformedError(thrown, source);
  const event = errorEvent(thrown);
  if (event) return byStatus(event.status, event.message, event.code, undefined, source, thrown);
  if (find(thrown, isOfNetwork)) return make('MODEL_UNAVAILABLE', 'the connection broke off', source, thrown);
  return malformedError(thrown, source);
}

function byStatus(
  status: number | undefined,
  sentence: string,
  body: string,
  headers: Record<string, string> | undefined,
  source: ErrorSource,
  cause: unknown,
): HoldfastError {
  // Asking again does not help an account without money, although it is told by the status of a rate limit.
  if (status === 429 && !body.includes('insufficient_quota')) {
    const retryAfterMs = retryAfter(headers ?? {}, source.now());
    return make('MODEL_RATE_LIMITED', sentence, source, cause, retryAfterMs);
  }
  const temporary = status === undefined || status < 400 || status >= 500 || status === 408 || status === 409;
  if (!temporary) return make('MODEL_REJECTED', `${sentence} (HTTP ${status})`, source, cause);
  const what = status !== undefined && status >= 400 ? `${sentence} (HTTP ${status})` : sentence;
  return make('MODEL_UNAVAILABLE', what, source, cause, retryAfter(headers ?? {}, source.now()));
}

function malformedError(thrown: unknown, source: ErrorSource): HoldfastError {
  return make('MODEL_MALFORMED', whatIsWrong(thrown), source, thrown);
}

function whatIsWrong(thrown: unknown): string {
  if (JSONParseError.isInstance(thrown)) return 'it sent text that is not JSON';
  if (InvalidResponseDataError.isInstance(thrown)) return thrown.message;
  return 'it sent something that cannot be understood';
}

function make(
  code: ErrorCode,
  sentence: string,
  source: ErrorSource,
  cause: unknown,
  retryAfterMs?: number,
): HoldfastError {
  const message = `${source.id}: ${redact(sentence, source.apiKey)}`;
  return new HoldfastError(code, message, {
    cause,
    details: { model: source.id, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** A provider's sentence, short, on one line, and without keys. */
export function redact(sentence: string, apiKey: string | undefined): string {
  const known = apiKey === undefined || apiKey === '' ? sentence : sentence.replaceAll(apiKey, '[key]');
  const line = known.replaceAll(KEY_LIKE, '[key]').replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_SENTENCE_CHARS ? `${line.slice(0, MAX_SENTENCE_CHARS)} ...` : line;
}

/** Milliseconds to wait as the headers ask for, or undefined. */
export function retryAfter(headers: Record<string, string>, now: number): number | undefined {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function isMalformed(thrown: unknown): boolean {
  return JSONParseError.isInstance(thrown) || TypeValidationError.isInstance(thrown);
}

/** Whether the HTTP client says that the network failed. */
function isOfNetwork(thrown: unknown): boolean {
  if (thrown instanceof TypeError && /^(?:terminated|fetch failed)$/.test(thrown.message)) return true;
  return thrown instanceof Error && 'code' in thrown && /^(?:E[A-Z]+|UND_ERR_\w+)$/.test(String(thrown.code));
}

/** The first of an error and its causes that `test` holds of. */
function find(thrown: unknown, test: (error: unknown) => boolean): unknown {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth += 1) {
    if (test(error)) return error;
  }
  return undefined;
}

/** An error that came as an event of the stream: a plain object. */
function errorEvent(thrown: unknown): { status: number | undefined; message: string; code: string } | undefined {
  if (typeof thrown === 'string') return { status: undefined, message: thrown, code: '' };
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown) || thrown instanceof Error)
    return undefined;
  const { message } = thrown;
  const status = 'statusCode' in thrown ? thrown.statusCode : 'code' in thrown ? thrown.code : undefined;
  const known = typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
  return { status: known, message: String(message), code: JSON.stringify(thrown) };
}
