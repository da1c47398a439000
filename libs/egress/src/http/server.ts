import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { EgressContext } from '../context.ts';
import { Exchange } from '../exchange.ts';
import { badRequest } from '../refusal.ts';
import { writeRefusal } from './answer.ts';
import { ClientConnection } from './connection.ts';
import type { ProxyDeps } from './deps.ts';
import { forward } from './forward.ts';
import { tunnel } from './tunnel.ts';
import { asksForWebSocket, upgrade } from './upgrade.ts';

const LARGEST_HEADERS = 32_768;

/** Makes the function that speaks the proxy's HTTP on the stream of one client. Nothing listens on a port here. */
export function createProxy(deps: ProxyDeps): (stream: Duplex, context: EgressContext) => void {
  const connections = new WeakMap<Duplex, ClientConnection>();
  const server = createServer({
    maxHeaderSize: LARGEST_HEADERS,
    // Our own check of the Host header says what is wrong, and leaves a record.
    requireHostHeader: false,
    shouldUpgradeCallback: asksForWebSocket,
  });
  const serve = (connection: ClientConnection) => {
    connections.set(connection.stream, connection);
    server.emit('connection', connection.stream);
    connection.expectRequest();
  };
  const tunnelDeps = { ...deps, servePlain: serve };

  const cutOff = (connection: ClientConnection, why: string) => {
    if (connection.stream.destroyed) return;
    new Exchange(deps, connection.context, '').end(badRequest(why));
    connection.stream.destroy();
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (!connection || connection.stream.destroyed) return;
    if (!connection.inTurn(() => forward(deps, connection, request, response))) {
      cutOff(connection, 'too many requests were sent without waiting for answers');
    }
  };
  /** The stream leaves HTTP for good: nothing may still be under way on it. */
  const onSwitch = (stream: Duplex, work: (connection: ClientConnection) => Promise<void>) => {
    const connection = connections.get(stream);
    if (!connection) return;
    if (connection.busy) {
      cutOff(connection, 'a tunnel was asked for while requests were under way');
      return;
    }
    connection.inTurn(() => work(connection));
  };
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  server.on('connect', (request, stream, head) => {
    onSwitch(stream, (connection) => tunnel(tunnelDeps, connection, request, head));
  });
  server.on('upgrade', (request, stream, head) => {
    if (head.length > 0) stream.unshift(head);
    onSwitch(stream, (connection) => upgrade(deps, connection, request));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const connection = connections.get(stream);
    if (!connection || stream.destroyed) return;
    // Something was sent behind a request that said it was the last: that one is still answered.
    if (connection.busy && error.code === 'HPE_CLOSED_CONNECTION') return;
    if (connection.busy || error.code === 'ECONNRESET') {
      stream.destroy();
      return;
    }
    const refusal = badRequest(`the request is not HTTP (${error.code ?? error.message})`);
    new Exchange(deps, connection.context, '').end(refusal);
    writeRefusal(stream, refusal);
  });

  return (stream, context) => {
    // Where reading and writing fail, the close that follows is acted on.
    stream.on('error', () => undefined);
    if (context.closed) {
      stream.destroy();
      return;
    }
    const admitted = context.admit(stream);
    const connection = new ClientConnection(context, stream, deps.problem);
    if (admitted) {
      serve(connection);
      return;
    }
    const refusal = context.limitReached('connections');
    new Exchange(deps, context, '').end(refusal);
    writeRefusal(stream, refusal);
  };
}
