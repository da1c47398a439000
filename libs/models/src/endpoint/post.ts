import { type ErrorCode, HoldfastError } from '@holdfast/protocol';

import { redact, retryAfter } from '../provider/errors.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 16 * 1024;

/** Where a request goes. */
export interface PostTarget {
  readonly id: string;
  readonly url: string;
  readonly apiKey: string | undefined;
  /** For the whole request, its answer included. */
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  /** Epoch milliseconds, for a Retry-After that is a date. */
  readonly now: () => number;
}

/**
 * Sends JSON once and gives back the JSON that is answered. No redirect is followed: it could take the key elsewhere.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE, MODEL_RATE_LIMITED, MODEL_MALFORMED, MODEL_REJECTED, CANCELED.
 */
export async function post(target: PostTarget, body: string, signal: AbortSignal): Promise<unknown> {
  const { id, url, apiKey, timeoutMs } = target;
  if (signal.aborted) throw canceled(id, signal.reason);
  const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let text: string | undefined;
  let response: Response;
  try {
    response = await target.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body,
      redirect: 'manual',
      signal: ending,
    });
    text = await textOf(response, response.ok ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES);
  } catch (error) {
    if (signal.aborted) throw canceled(id, error);
    const late = ending.aborted;
    const what = late ? `has not answered within ${timeoutMs / 1000} s` : `cannot be reached (${reasonOf(error)})`;
    const message = `${id}: the server at ${new URL(url).origin} ${what}. Nothing was changed. Start it, or correct its url.`;
    throw new HoldfastError('MODEL_UNAVAILABLE', message, { cause: error });
  }
  if (!response.ok) throw refusal(target, response, text ?? '');
  if (text === undefined) throw unreadable(id, `more than ${MAX_ANSWER_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(id, 'text that is not JSON', error);
  }
}

/** The body as text; undefined where it is longer than `limit` bytes. */
async function textOf(response: Response, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error of an answer with another status than 200. */
function refusal(target: PostTarget, response: Response, text: string): HoldfastError {
  const { id, apiKey, now } = target;
  const { status } = response;
  const said = redact(sentenceOf(text), apiKey);
  const sentence = `${id}: the server answers HTTP ${status}${said === '' ? '' : ` (${said})`}.`;
  const retryAfterMs = retryAfter(Object.fromEntries(response.headers), now());
  const details = retryAfterMs === undefined ? {} : { retryAfterMs };
  // Asking again does not help an account without money, although it is told by the status of a rate limit.
  if (status === 429 && !text.includes('insufficient_quota')) {
    return made('MODEL_RATE_LIMITED', `${sentence} Nothing was changed. Try again later, or raise the limit.`, details);
  }
  if (status >= 500 || status === 408 || status === 409) {
    return made('MODEL_UNAVAILABLE', `${sentence} Nothing was changed. Try again later.`, details);
  }
  const hint =
    status < 400
      ? 'It points elsewhere, which is not followed: set the url that it points to'
      : status === 401 || status === 403
        ? 'Check its key'
        : 'Check its url, its model, and how long the texts are';
  return made('MODEL_REJECTED', `${sentence} Nothing was changed. ${hint}.`, {});
}

function made(code: ErrorCode, message: string, details: { retryAfterMs?: number }): HoldfastError {
  return new HoldfastError(code, message, { details });
}

/** The sentence in an error's body: `error.message` (OpenAI), `message` (Cohere), `detail` (Jina), `error` (TEI). */
function sentenceOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return firstText(body, ['error', 'message', 'detail']) ?? text;
  } catch {
    // Not JSON: a proxy's page, for instance. Its text is all that there is.
    return text;
  }
}

function firstText(value: unknown, keys: readonly string[]): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of keys) {
    const found = firstText((value as Record<string, unknown>)[key], keys);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the HTTP client says of a failure: the code of the innermost cause that has one. */
function reasonOf(error: unknown): string {
  let reason = error instanceof Error ? error.message : String(error);
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') reason = at.code;
  }
  return reason;
}

function canceled(id: string, cause: unknown): HoldfastError {
  return new HoldfastError('CANCELED', `${id}: it was cancelled before it had an answer.`, { cause });
}

function unreadable(id: string, what: string, cause?: unknown): HoldfastError {
  const message = `${id}: the server sent ${what}. Nothing of it was used. Check that its url is that of a model server.`;
  return new HoldfastError('MODEL_MALFORMED', message, { cause });
}
