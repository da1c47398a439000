import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { HoldfastError } from '@holdfast/protocol';
import { type FetchLike, type StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

import type { HttpSpec } from '../discovery/discovery.ts';
import { newClient } from '../server/client.ts';
import { httpTransport } from './http.ts';
import type { TokenStore } from './token-store.ts';

/** What {@link login} needs. */
export interface LoginOptions {
  readonly server: string;
  readonly spec: HttpSpec;
  readonly store: TokenStore;
  readonly fetch: FetchLike;
  /** Shows a person where to log in. */
  readonly show: (url: URL) => Promise<void>;
  readonly signal: AbortSignal;
}

const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const PAGE = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Holdfast</title><body style="font: 1.2rem sans-serif; margin: 3rem">${text}</body>`;

/**
 * Logs a person in at an MCP server (OAuth 2.1, authorization code with PKCE), and keeps the tokens. The browser comes
 * back to a port of the loopback interface that lives as long as this call.
 *
 * @throws HoldfastError UNAUTHENTICATED where it was refused, CANCELED, UNAVAILABLE.
 */
export async function login(options: LoginOptions): Promise<void> {
  const { server, spec, store, signal } = options;
  const state = randomBytes(24).toString('base64url');
  const back = await listenForReturn(state, signal);
  try {
    // A client that registered itself did so for the port of that time.
    if (spec.oauth?.clientId === undefined) await store.remove(server);
    const person = { redirectUrl: back.url, authorize: options.show, state };
    const { fetch } = options;
    const transport = (): StreamableHTTPClientTransport =>
      httpTransport(spec, { server, fetch, maxMessageBytes: MAX_MESSAGE_BYTES, tokens: store, person });
    const first = transport();
    try {
      await newClient().connect(first, { signal });
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await first.finishAuth(await back.returned);
      const second = newClient();
      await second.connect(transport(), { signal });
      await second.close();
      return;
    }
    await first.close();
  } catch (error) {
    signal.throwIfAborted();
    if (HoldfastError.is(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `The login at ${server} did not succeed: ${why.slice(0, 300)}. Nothing was changed at the server; try again.`;
    throw new HoldfastError('UNAUTHENTICATED', message, { cause: error });
  } finally {
    back.close();
  }
}

interface Return {
  readonly url: string;
  readonly returned: Promise<URLSearchParams>;
  readonly close: () => void;
}

async function listenForReturn(state: string, signal: AbortSignal): Promise<Return> {
  const returned = Promise.withResolvers<URLSearchParams>();
  returned.promise.catch(() => undefined);
  const web = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const ours = pathname === '/callback' && searchParams.get('state') === state;
    const error = searchParams.get('error');
    response.writeHead(ours ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
    response.end(
      PAGE(
        ours && error === null
          ? 'You are logged in. You can close this page. 已登录，可以关闭此页。'
          : 'Not logged in. 未登录。',
      ),
    );
    if (!ours) return;
    if (error === null) returned.resolve(searchParams);
    else returned.reject(new Error(`the authorization server answered ${error.slice(0, 100)}`));
  });
  await new Promise<void>((resolve, reject) => {
    web.once('error', reject);
    web.listen(0, '127.0.0.1', resolve);
  });
  const aborted = (): void => returned.reject(signal.reason);
  signal.addEventListener('abort', aborted, { once: true });
  return {
    url: `http://127.0.0.1:${(web.address() as AddressInfo).port}/callback`,
    returned: returned.promise,
    close() {
      signal.removeEventListener('abort', aborted);
      web.close();
      web.closeAllConnections();
    },
  };
}
