import { Code, ConnectError, createContextKey, type HandlerContext } from '@connectrpc/connect';
import { HoldfastError } from '@holdfast/protocol';

import type { SandboxUser } from '../../sandboxes/box.ts';
import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import { userOfHeader } from './user-path.ts';

const DEFAULT_PING_S = 90;

/** The sandbox that a call is for. Set before the call, once its token has been checked. */
export const SANDBOX_KEY = createContextKey<LiveSandbox | undefined>(undefined);

/** The sandbox that a call is for. */
export function sandboxOf(context: HandlerContext): LiveSandbox {
  const sandbox = context.values.get(SANDBOX_KEY);
  if (sandbox) return sandbox;
  throw new HoldfastError('INTERNAL', 'A call for a sandbox came without one.');
}

/** The user that a call is made as. */
export function callerOf(context: HandlerContext): SandboxUser {
  return userOfHeader(context.requestHeader.get('authorization'));
}

/** How often a stream says that it is still there, in milliseconds. */
export function pingIntervalOf(context: HandlerContext): number {
  const seconds = Number(context.requestHeader.get('keepalive-ping-interval') ?? DEFAULT_PING_S);
  return (Number.isInteger(seconds) && seconds > 0 ? seconds : DEFAULT_PING_S) * 1000;
}

const CODES = new Map<number, Code>(
  Object.values(Code)
    .filter((value) => typeof value === 'number')
    .map((code) => [code, code]),
);

/** Whatever was thrown, as Connect says it. gRPC's numbers are Connect's. */
export function connectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const { grpcStatus, message } = HoldfastError.from(error);
  return new ConnectError(message, CODES.get(grpcStatus) ?? Code.Unknown);
}

/** A method with one answer, whose errors are said in Connect's way. */
export function unary<Request, Response>(
  method: (request: Request, context: HandlerContext) => Promise<Response>,
): (request: Request, context: HandlerContext) => Promise<Response> {
  return async (request, context) => {
    try {
      return await method(request, context);
    } catch (error) {
      throw connectError(error);
    }
  };
}

/** A method with a stream of answers, whose errors are said in Connect's way. */
export function streaming<Request, Response>(
  method: (request: Request, context: HandlerContext) => AsyncIterable<Response>,
): (request: Request, context: HandlerContext) => AsyncGenerator<Response> {
  return async function* stream(request, context) {
    try {
      yield* method(request, context);
    } catch (error) {
      throw connectError(error);
    }
  };
}

/**
 * What `next` gives, until it gives undefined; `ping` whenever nothing came for `everyMs`.
 *
 * @throws the reason of the signal, when it is aborted.
 */
export async function* withPings<T, P>(
  next: () => Promise<T | undefined>,
  ping: P,
  everyMs: number,
  signal: AbortSignal,
): AsyncGenerator<T | P> {
  const aborted = Promise.withResolvers<'aborted'>();
  const abort = (): void => {
    aborted.resolve('aborted');
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    let coming = next();
    for (;;) {
      const due = Promise.withResolvers<'due'>();
      timer = setTimeout(due.resolve, everyMs, 'due');
      const what = await Promise.race([coming.then((value) => ({ value })), due.promise, aborted.promise]);
      clearTimeout(timer);
      if (what === 'aborted') throw signal.reason;
      if (what === 'due') {
        yield ping;
        continue;
      }
      if (what.value === undefined) return;
      yield what.value;
      coming = next();
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
