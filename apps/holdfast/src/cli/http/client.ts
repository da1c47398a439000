import { Readable } from 'node:stream';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { UnreachableError } from '../exit-code.ts';
import type { Target } from './target.ts';

/** What one request carries. */
export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
}

/** Speaks the REST API of one server. */
export interface Client {
  /** JSON in, JSON out. @throws HoldfastError as the server sent it, or UnreachableError. */
  request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
  /** The text of a page that is not JSON. */
  text(path: string, options?: RequestOptions): Promise<string>;
  /** An answer that is a stream. */
  open(path: string, options: RequestOptions): Promise<Response>;
  /** Sends bytes as they come. @throws HoldfastError as the server sent it, or UnreachableError. */
  send(
    method: 'POST' | 'PUT',
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options?: Omit<RequestOptions, 'body'>,
  ): Promise<Response>;
}

/** The sentences that the client itself says. */
export interface ClientWords {
  /** No server is named, and none runs on this machine. */
  readonly noServer: () => string;
  readonly unreachable: (url: string, why: string) => string;
  readonly notHoldfast: (url: string, status: number) => string;
}

/** Makes a client. The target is found anew for each request: a restarted server has a new key and maybe a new port. */
export function createClient(find: () => Promise<Target | undefined>, words: ClientWords): Client {
  async function open(path: string, options: SentOptions, method = 'GET'): Promise<Response> {
    const target = await find();
    if (!target) throw new UnreachableError(words.noServer());
    const response = await send(target, method, path, options, words);
    if (response.ok) return response;
    throw await errorOf(response, target.url, words);
  }
  return {
    async request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options: RequestOptions = {}) {
      const response = await open(path, options, method);
      if (response.status === 204) return undefined as T;
      return (await response.json()) as T;
    },
    async text(path, options = {}) {
      return (await open(path, options)).text();
    },
    open: (path, options) => open(path, options),
    send: (method, path, bytes, options = {}) => open(path, { ...options, bytes }, method),
  };
}

interface SentOptions extends RequestOptions {
  readonly bytes?: AsyncIterable<Uint8Array>;
}

async function send(
  target: Target,
  method: string,
  path: string,
  options: SentOptions,
  words: ClientWords,
): Promise<Response> {
  const url = new URL(`${target.url}/api/v1${path}`);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (target.key !== '') headers['authorization'] = `Bearer ${target.key}`;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
  try {
    return await fetch(url, {
      method,
      headers,
      redirect: 'error',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      // `duplex` is what the standard asks for where the body is a stream.
      ...(options.bytes === undefined
        ? {}
        : { body: Readable.toWeb(Readable.from(options.bytes)) as unknown as BodyInit, duplex: 'half' as const }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw new HoldfastError('CANCELED', 'It was cancelled.', { cause });
    throw new UnreachableError(words.unreachable(target.url, reason(cause)), cause);
  }
}

/** The error that an answer carries. */
async function errorOf(response: Response, url: string, words: ClientWords): Promise<HoldfastError> {
  const text = await response.text();
  const body = parse(text);
  if (body) return HoldfastError.fromBody(body);
  return new UnreachableError(words.notHoldfast(url, response.status));
}

function parse(text: string): { code?: unknown; message?: unknown; details?: JsonObject } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A page of a proxy, for instance; the caller says so.
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
  const { error } = value;
  return typeof error === 'object' && error !== null ? error : undefined;
}

/** What lies at the bottom of a failed fetch: `ECONNREFUSED` and the like. */
function reason(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  if (last instanceof Error) return 'code' in last && typeof last.code === 'string' ? last.code : last.message;
  return String(last);
}
