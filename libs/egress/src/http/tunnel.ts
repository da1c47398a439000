import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { Exchange } from '../exchange.ts';
import { widest } from '../policy/policy.ts';
import { type Target, targetText } from '../policy/target.ts';
import { badRequest, type Refusal, refusedBy } from '../refusal.ts';
import { UNRECOGNIZED_NAME } from '../tls/alert.ts';
import { type Beginning, peekBeginning } from '../tls/peek.ts';
import { serverNameProblem } from '../tls/server-name.ts';
import { admit, reach } from '../upstream/open.ts';
import { lingerAndClose, writeRefusal } from './answer.ts';
import type { ClientConnection } from './connection.ts';
import type { ProxyDeps } from './deps.ts';
import { join } from './join.ts';
import { readConnectTarget } from './request-target.ts';

/** What a tunnel needs beside the rest. */
export interface TunnelDeps extends ProxyDeps {
  /** Serves plain HTTP on a stream that has turned out to carry it; `connection.tunnel` is set. */
  readonly servePlain: (connection: ClientConnection) => void;
}

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** Carries out a CONNECT request; resolves when the tunnel is over, or has been handed to `servePlain`. */
export async function tunnel(
  deps: TunnelDeps,
  connection: ClientConnection,
  request: IncomingMessage,
  head: Buffer,
): Promise<void> {
  const { context, stream } = connection;
  const exchange = new Exchange(deps, context, 'CONNECT');
  const parsed = readConnectTarget(request);
  const refused = connection.tunnel
    ? 'a tunnel inside a tunnel is not accepted'
    : 'refused' in parsed
      ? parsed.refused
      : undefined;
  if (refused !== undefined || 'refused' in parsed) {
    refuse(exchange, stream, badRequest(refused ?? ''));
    return;
  }
  if (head.length > 0) stream.unshift(head);
  exchange.aim(parsed.target);
  const gone = new AbortController();
  stream.once('close', () => gone.abort());
  const admitted = await admit(deps, exchange, parsed.target);
  if ('status' in admitted) {
    refuse(exchange, stream, admitted);
    return;
  }
  // Inside is plain HTTP, whose requests are decided and connected one by one.
  if (parsed.target.port === 80 && !admitted.raw) {
    stream.write(ESTABLISHED);
    await begin(deps, connection, exchange, parsed.target, undefined);
    return;
  }
  const upstream = await reach(deps, exchange, parsed.target, admitted, gone.signal);
  if ('status' in upstream) {
    refuse(exchange, stream, upstream);
    return;
  }
  stream.write(ESTABLISHED);
  if (admitted.raw) await carry(exchange, connection, upstream);
  else await begin(deps, connection, exchange, parsed.target, upstream);
}

/** Looks at how the tunnel begins: TLS to the name that was asked for, plain HTTP, or nothing that is let through. */
async function begin(
  deps: TunnelDeps,
  connection: ClientConnection,
  exchange: Exchange,
  target: Target,
  upstream: Duplex | undefined,
): Promise<void> {
  const { context, stream } = connection;
  const beginning = await peekBeginning(stream, context.limits.helloMs);
  if (beginning.kind === 'other' && target.port !== 443 && startsLikeHttp(beginning.bytes)) {
    upstream?.destroy();
    exchange.end(undefined, 'plain HTTP inside: see its requests');
    stream.unshift(beginning.bytes);
    connection.tunnel = target;
    deps.servePlain(connection);
    return;
  }
  const problem = problemOf(context, beginning, target);
  if (problem) {
    upstream?.destroy();
    exchange.end(problem);
    if (beginning.kind === 'tls') stream.write(UNRECOGNIZED_NAME);
    stream.end();
    lingerAndClose(stream);
    return;
  }
  if (beginning.kind !== 'tls' || !upstream) {
    upstream?.destroy();
    exchange.end(undefined, connection.whyEnded || 'the client left before it had sent anything');
    stream.end();
    return;
  }
  upstream.write(beginning.bytes);
  await carry(exchange, connection, upstream);
}

function problemOf({ policy }: ClientConnection['context'], beginning: Beginning, target: Target): Refusal | undefined {
  const where = targetText(target);
  const key = `${widest(policy).key}.allow`;
  switch (beginning.kind) {
    case 'tls': {
      if (target.port === 80)
        return refusedBy('protocol', `TLS in a tunnel to ${where}, where plain HTTP belongs`, key);
      const problem = serverNameProblem(beginning.hello, target.host, policy.allowNoSni);
      return problem === undefined ? undefined : refusedBy('sni', problem, `${widest(policy).key}.allow_no_sni`);
    }
    case 'other':
      return refusedBy('protocol', `what was sent to ${where} does not belong there: ${beginning.why}`, key);
    case 'incomplete':
      return refusedBy('protocol', `the tunnel to ${where} did not begin: ${beginning.why}`, key);
    case 'nothing':
      return undefined;
  }
}

async function carry(exchange: Exchange, connection: ClientConnection, upstream: Duplex): Promise<void> {
  const failure = await join(connection.stream, upstream);
  exchange.end(undefined, connection.whyEnded || failure);
}

function refuse(exchange: Exchange, stream: Duplex, refusal: Refusal): void {
  writeRefusal(stream, refusal);
  exchange.end(refusal);
}

function startsLikeHttp(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  return first >= 0x41 && first <= 0x5a;
}
