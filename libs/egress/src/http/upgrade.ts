import { type IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

import { Exchange } from '../exchange.ts';
import { badRequest, connectionFailed, type Refusal } from '../refusal.ts';
import { lingerAndClose, writeRefusal } from './answer.ts';
import type { ClientConnection } from './connection.ts';
import type { ProxyDeps } from './deps.ts';
import { requestHeaders } from './forward.ts';
import { endToEnd } from './headers.ts';
import { join } from './join.ts';
import { openFor } from './open-for.ts';
import { readRequestTarget } from './request-target.ts';
import { serverAnswer } from './server-answer.ts';

/**
 * Whether a request asks for a WebSocket, and has no body that could be taken for frames. Other upgrades (h2c) are not
 * taken up: such requests are forwarded plainly.
 */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return false;
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** Carries out a WebSocket handshake over plain HTTP, and then carries the frames; resolves when all is over. */
export async function upgrade(deps: ProxyDeps, connection: ClientConnection, request: IncomingMessage): Promise<void> {
  const exchange = new Exchange(deps, connection.context, request.method ?? '');
  const refusal = await handshake(deps, connection, exchange, request);
  if (refusal) writeRefusal(connection.stream, refusal);
  exchange.end(refusal, connection.whyEnded);
}

async function handshake(
  deps: ProxyDeps,
  { stream, tunnel }: ClientConnection,
  exchange: Exchange,
  request: IncomingMessage,
): Promise<Refusal | undefined> {
  const parsed = readRequestTarget(request, tunnel);
  if ('refused' in parsed) return badRequest(parsed.refused);
  const upstream = await openFor(deps, exchange, parsed.target, stream);
  if ('status' in upstream) return upstream;
  const leave = () => upstream.destroy();
  if (stream.destroyed) leave();
  stream.once('close', leave);
  try {
    const outgoing = httpRequest({
      createConnection: () => upstream,
      path: parsed.path,
      headers: [...requestHeaders(request, parsed.target), 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
    });
    const answered = serverAnswer(outgoing, upstream);
    outgoing.end();
    const { incoming, head } = await answered;
    stream.off('close', leave);
    if (head) await carryFrames(stream, upstream, incoming, head);
    else await declined(stream, request, incoming);
    return exchange.cutBy;
  } catch (error) {
    return exchange.cutBy ?? connectionFailed(exchange.rule, error);
  } finally {
    stream.off('close', leave);
    upstream.destroy();
  }
}

async function carryFrames(stream: Duplex, upstream: Duplex, incoming: IncomingMessage, head: Buffer): Promise<void> {
  const headers = [...endToEnd(incoming.rawHeaders), 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}\r\n`] : []));
  stream.write(Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`, 'latin1'));
  if (head.length > 0) upstream.unshift(head);
  await join(stream, upstream);
}

/** The server answers in an ordinary way, such as 403: that is passed on, and ends the connection. */
async function declined(stream: Duplex, request: IncomingMessage, incoming: IncomingMessage): Promise<void> {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.sendDate = false;
  // Node's types know sockets only; any duplex stream will do, as for incoming connections.
  response.assignSocket(stream as Socket);
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, endToEnd(incoming.rawHeaders));
  await pipeline(incoming, response);
  stream.end();
  lingerAndClose(stream);
  await finished(stream, { readable: false });
}
