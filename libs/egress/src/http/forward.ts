import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';

import { Exchange } from '../exchange.ts';
import { hostHeader, type Target } from '../policy/target.ts';
import { badRequest, connectionFailed, type Refusal, upstreamFailed } from '../refusal.ts';
import { answerRefusal } from './answer.ts';
import type { ClientConnection } from './connection.ts';
import type { ProxyDeps } from './deps.ts';
import { endToEnd, valuesOf } from './headers.ts';
import { openFor } from './open-for.ts';
import { readRequestTarget } from './request-target.ts';
import { serverAnswer } from './server-answer.ts';

/** Carries out one plain HTTP request; resolves when the response is over, however it ended. */
export async function forward(
  deps: ProxyDeps,
  connection: ClientConnection,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (connection.stream.destroyed) return;
  const exchange = new Exchange(deps, connection.context, request.method ?? '');
  const refusal = await carryOut(deps, connection, exchange, request, response);
  if (!refusal) {
    exchange.end(undefined);
    return;
  }
  exchange.end(refusal);
  if (response.headersSent) response.destroy();
  else answerRefusal(response, refusal);
  await over(response);
}

async function carryOut(
  deps: ProxyDeps,
  connection: ClientConnection,
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Refusal | undefined> {
  const { stream, tunnel } = connection;
  const parsed = readRequestTarget(request, tunnel);
  if ('refused' in parsed) return badRequest(parsed.refused);
  const encoding = request.headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    return badRequest('of all transfer encodings only "chunked" is accepted');
  }
  const upstream = await openFor(deps, exchange, parsed.target, stream);
  if ('status' in upstream) return upstream;
  const leave = () => upstream.destroy();
  if (stream.destroyed) leave();
  response.once('close', leave);
  try {
    if (request.headers.expect !== undefined) response.writeContinue();
    const outgoing = httpRequest({
      createConnection: () => upstream,
      method: request.method ?? 'GET',
      path: parsed.path,
      headers: requestHeaders(request, parsed.target),
    });
    const answered = serverAnswer(outgoing, upstream);
    request.pipe(outgoing);
    const { incoming, head } = await answered;
    if (head) return upstreamFailed(exchange.rule, 'the server switched protocols unasked');
    response.sendDate = false;
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, endToEnd(incoming.rawHeaders));
    await pipeline(incoming, response);
    return undefined;
  } catch (error) {
    if (exchange.cutBy) return exchange.cutBy;
    if (!stream.destroyed) return connectionFailed(exchange.rule, error);
    return upstreamFailed(exchange.rule, connection.whyEnded || 'the client left before the end');
  } finally {
    response.off('close', leave);
    // A server may answer before it has the whole body: the rest is thrown away, so that the client reads the answer.
    request.unpipe().resume();
    upstream.destroy();
  }
}

async function over(response: ServerResponse): Promise<void> {
  await finished(response).catch(() => undefined);
}

/** What is sent on: the Host that was decided on, the client's own headers, and how long the body is. */
export function requestHeaders(request: IncomingMessage, target: Target): string[] {
  const { rawHeaders, method = '' } = request;
  const kept = endToEnd(rawHeaders);
  const others = kept.flatMap((text, index) =>
    index % 2 === 0 && text.toLowerCase() !== 'host' ? [text, kept[index + 1] ?? ''] : [],
  );
  const headers = ['Host', hostHeader(target), ...others];
  if (valuesOf(rawHeaders, 'transfer-encoding').length > 0) return [...headers, 'Transfer-Encoding', 'chunked'];
  const empty = valuesOf(rawHeaders, 'content-length').length === 0;
  // Without a length Node would announce a body in pieces.
  return empty && ['POST', 'PUT', 'PATCH'].includes(method) ? [...headers, 'Content-Length', '0'] : headers;
}
