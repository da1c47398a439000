import { HoldfastError } from '@holdfast/protocol';

import type { Gate } from '../network/gate.ts';

/** What failed, and what it was about. */
export interface Attempt {
  readonly gate: Gate;
  /** Where the main frame wanted to go last. */
  readonly url: string;
  /** Monotonic milliseconds. */
  readonly began: number;
  readonly timeoutMs: number;
}

const PLAIN: Readonly<Record<string, string>> = {
  ERR_TOO_MANY_REDIRECTS: 'it redirects without end',
  ERR_UNSAFE_REDIRECT: 'it redirects to an address that may not be opened',
  ERR_CONNECTION_REFUSED: 'nothing listens there',
  ERR_NAME_NOT_RESOLVED: 'its name is not known',
  ERR_TUNNEL_CONNECTION_FAILED: 'the way out did not reach it',
  ERR_EMPTY_RESPONSE: 'it closed the connection without an answer',
  ERR_CERT_AUTHORITY_INVALID: 'its certificate is not trusted',
  ERR_ABORTED: 'the page gave it up',
};
const REFUSED = new Set([
  'ERR_UNSAFE_REDIRECT',
  'ERR_DISALLOWED_URL_SCHEME',
  'ERR_UNKNOWN_URL_SCHEME',
  'ERR_BLOCKED_BY_CLIENT',
]);

/** The error of a navigation, in our words. */
export function navigationError(error: unknown, { gate, url, began, timeoutMs }: Attempt): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const shown = url.slice(0, 300);
  const refusal = gate.refusal(url, began);
  if (refusal !== undefined) {
    return new HoldfastError('REFUSED', `${refusal}. Nothing was opened; the page is as it was.`, { cause: error });
  }
  if (isTimeout(error)) {
    const message = `${shown} was not done within ${timeoutMs} ms. What has loaded can be read; try another wait, or more time.`;
    return new HoldfastError('TIMED_OUT', message, { cause: error });
  }
  const code = /net::(ERR_\w+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
  const why = PLAIN[code] ?? (code === '' ? 'the browser gave it up' : code);
  const message = `${shown} cannot be opened: ${why}. The page is as it was or empty.`;
  return new HoldfastError(REFUSED.has(code) ? 'REFUSED' : 'UNAVAILABLE', message, { cause: error });
}

/** The error of a verb on an element, in our words. */
export function verbError(error: unknown, ref: string | undefined): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const text = error instanceof Error ? error.message : '';
  if (/crash|target closed|session closed|connection closed|has been closed/i.test(text)) return crashed(error);
  if (
    ref !== undefined &&
    /aria-ref|not found|resolved to 0|no such element|detached/i.test(text) &&
    !isTimeout(error)
  ) {
    return new HoldfastError(
      'NOT_FOUND',
      `There is no element ${ref} any more. Take a new snapshot and use its references.`,
      {
        cause: error,
      },
    );
  }
  if (isTimeout(error)) {
    const what = ref === undefined ? 'The page' : `The element ${ref}`;
    const why = /intercepts pointer events/.test(text) ? ': something covers it' : '';
    const message = `${what} did not get ready in time${why}. Nothing was changed. Take a snapshot to see what is there now.`;
    return new HoldfastError('TIMED_OUT', message, { cause: error });
  }
  const line = text.split('\n')[0]?.slice(0, 300) ?? '';
  return new HoldfastError(
    'TOOL_FAILED',
    `The page could not do that: ${line} Take a snapshot to see what is there now.`,
    {
      cause: error,
    },
  );
}

/** The page's process died, or the page was closed under the call. */
export function crashed(cause?: unknown): HoldfastError {
  const message =
    'The page crashed or was closed. Cookies, storage and saved files are kept; what was typed into it is lost. Navigate again.';
  return new HoldfastError('UNAVAILABLE', message, { cause });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || /timed? ?out|Timeout \d+ms/i.test(error.message));
}
