import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { sameSecret } from './envd/signature.ts';
import { type Reply, send } from './http.ts';

const TOKEN_HEADER = 'e2b-traffic-access-token';
/** Of this connection, or for us. */
const NOT_PASSED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  TOKEN_HEADER,
  'e2b-sandbox-id',
  'e2b-sandbox-port',
]);

/** A port of a sandbox that a request is for. */
export interface PortTarget {
  readonly sandbox: LiveSandbox;
  readonly port: number;
  /** With the query. */
  readonly path: string;
}

/** Passes a request on to what listens on a port inside, and its answer back. */
export async function proxyRequest(
  { sandbox, port, path }: PortTarget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(sandbox, request);
  if (refusal) {
    send(response, refusal);
    return;
  }
  const socket = await open(sandbox, port);
  if (!socket) {
    send(response, notOpen(sandbox, port));
    return;
  }
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const inner = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path,
    headers: passed(request.rawHeaders),
    setHost: false,
  });
  inner.on('response', resolve);
  inner.on('error', reject);
  response.on('close', () => {
    inner.destroy();
  });
  try {
    // An answer may come before all of the request has been read.
    pipeline(request, inner).catch(reject);
    const answer = await answered;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passed(answer.rawHeaders));
    await pipeline(answer, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else send(response, broken(sandbox, port, error));
  }
}

/** Passes a connection on that becomes another protocol, such as a WebSocket. */
export async function proxyUpgrade(
  { sandbox, port, path }: PortTarget,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  const refusal = refusalOf(sandbox, request);
  const socket = refusal ? undefined : await open(sandbox, port);
  if (!socket) {
    refuse(client, refusal ?? notOpen(sandbox, port));
    return;
  }
  const cut = (): void => {
    client.destroy();
    socket.destroy();
  };
  sandbox.stopped.addEventListener('abort', cut, { once: true });
  const headers = request.rawHeaders
    .map((text, at) => (at % 2 === 0 ? `${text}: ${request.rawHeaders[at + 1] ?? ''}\r\n` : ''))
    .filter((line) => !/^(?:e2b-[a-z-]+):/i.test(line));
  socket.write(`${request.method} ${path} HTTP/1.1\r\n${headers.join('')}\r\n`);
  socket.write(head);
  try {
    await Promise.all([pipeline(client, socket), pipeline(socket, client)]);
  } catch {
    // Either side may end such a connection at any time; the other is told by the end of its own.
    cut();
  } finally {
    sandbox.stopped.removeEventListener('abort', cut);
  }
}

/** Answers a request for another protocol that cannot be passed on, and ends the connection. */
export function refuse(client: Duplex, { status, body }: Reply): void {
  const text = JSON.stringify(body);
  client.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** In E2B's words, by which its SDKs know that a sandbox has ended. */
export function notFound(id: string): Reply {
  return { status: 502, body: { sandboxId: id, message: 'The sandbox was not found', code: 502 } };
}

async function open(sandbox: LiveSandbox, port: number): Promise<Duplex | undefined> {
  try {
    return await sandbox.connect(port);
  } catch (error) {
    if (HoldfastError.has(error, 'INTERNAL')) throw error;
    return undefined;
  }
}

/** In E2B's words, by which its SDKs tell this from a sandbox that has ended. */
function notOpen({ id }: LiveSandbox, port: number): Reply {
  const message = `The sandbox is running but port is not open: nothing listens on port ${port}.`;
  return { status: 502, body: { sandboxId: id, message, port, code: 502 } };
}

function broken({ id }: LiveSandbox, port: number, error: unknown): Reply {
  const why = error instanceof Error ? error.message : 'unknown';
  const message = `What listens on port ${port} of the sandbox broke the connection off (${why}).`;
  return { status: 502, body: { sandboxId: id, message, port, code: 502 } };
}

function refusalOf({ id, identity }: LiveSandbox, { headers }: IncomingMessage): Reply | undefined {
  const { trafficToken } = identity;
  if (trafficToken === undefined) return undefined;
  const given = headers[TOKEN_HEADER];
  if (given !== undefined && sameSecret(given.toString(), trafficToken)) return undefined;
  const message = `The ports of this sandbox are private: send its traffic access token as ${TOKEN_HEADER}.`;
  return { status: 403, body: { sandboxId: id, message, code: 403 } };
}

function passed(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && !NOT_PASSED.has(name.toLowerCase()) ? [name, rawHeaders[at + 1] ?? ''] : [],
  );
}
