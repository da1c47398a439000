import type { IncomingMessage, ServerResponse } from 'node:http';

import { HoldfastError } from '@holdfast/protocol';

const JSON_BYTES = 1024 * 1024;

/** What is answered to a request. */
export interface Reply {
  readonly status: number;
  /** Left out: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a reply, as JSON. Does nothing where an answer has begun. */
export function send(response: ServerResponse, { status, body, headers }: Reply): void {
  if (response.headersSent) return;
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

/** An error in E2B's form. */
export function errorReply(status: number, message: string): Reply {
  return { status, body: { code: status, message } };
}

/** Whatever was thrown, in E2B's form. */
export function thrownReply(error: unknown): Reply {
  const { httpStatus, message } = HoldfastError.from(error);
  return errorReply(httpStatus, message);
}

/** E2B has it, Holdfast has not. */
export function unsupported(what: string): Reply {
  return errorReply(501, `not supported by Holdfast: ${what}`);
}

/**
 * The JSON body of a request; an empty one is `{}`.
 *
 * @throws HoldfastError INVALID_ARGUMENT where it is no JSON, TOO_LARGE beyond 1 MiB.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > JSON_BYTES) throw new HoldfastError('TOO_LARGE', 'The body is larger than 1 MiB; nothing was done.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HoldfastError('INVALID_ARGUMENT', 'The body is no JSON; nothing was done.', { cause: error });
  }
}
