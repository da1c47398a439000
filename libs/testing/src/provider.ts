import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { JsonObject } from '@holdfast/protocol';

import { anthropic } from './provider-anthropic.ts';
import type { Dialect } from './provider-dialect.ts';
import { google } from './provider-google.ts';
import { openai } from './provider-openai.ts';
import { responses } from './provider-responses.ts';
import type { ProviderRequest, Reply, ReplyFault, Script } from './provider-reply.ts';

/** What a provider did so far. */
export interface ProviderStats {
  /** Requests for an answer. */
  readonly requests: number;
  /** Frames handed to the kernel: the server writes no further one while a socket is full. */
  readonly chunksWritten: number;
  readonly bytesWritten: number;
  /** Answers under way. */
  readonly open: number;
  /** Answers whose socket was closed before their end, by the client or by a scripted disconnect. */
  readonly clientClosed: number;
}

/** A language model provider on loopback that says what its script says. */
export interface Provider {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The base URLs of the protocols. */
  readonly openaiUrl: string;
  readonly anthropicUrl: string;
  readonly googleUrl: string;
  stats(): ProviderStats;
  /** The latest requests, oldest first, at most 100. */
  readonly requests: readonly ProviderRequest[];
  /** Resolves when `condition` holds of the stats; it is looked at whenever they change. */
  until(condition: (stats: ProviderStats) => boolean): Promise<ProviderStats>;
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

/** How to start a provider. */
export interface ProviderOptions {
  readonly script: Script;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Names of the models that `GET /v1/models` lists. Default: `scripted`. */
  readonly models?: readonly string[];
}

const DIALECTS: readonly Dialect[] = [openai, responses, anthropic, google];
const KEPT_REQUESTS = 100;

/**
 * Starts a real HTTP server that speaks the streaming protocols of OpenAI (chat completions, responses), Anthropic (messages) and
 * Google (streamGenerateContent), on loopback only.
 */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const { script, port = 0, models = ['scripted'] } = options;
  const requests: ProviderRequest[] = [];
  const stats = { requests: 0, chunksWritten: 0, bytesWritten: 0, open: 0, clientClosed: 0 };
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const look of waiting) look();
  };

  const send = async (response: ServerResponse, frame: string) => {
    if (response.destroyed) return;
    const room = response.write(frame);
    stats.chunksWritten += 1;
    stats.bytesWritten += Buffer.byteLength(frame);
    changed();
    if (!room) await drained(response);
  };

  const answer = async (dialect: Dialect, request: ProviderRequest, reply: Reply, response: ServerResponse) => {
    if (reply.delayMs !== undefined) await sleep(reply.delayMs);
    if (reply.status !== undefined) {
      const headers = reply.retryAfter === undefined ? {} : { 'retry-after': reply.retryAfter };
      response.writeHead(reply.status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(dialect.errorBody(reply)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const { fault } = reply;
    let sent = 0;
    for (const frame of dialect.frames(request, reply)) {
      if (response.destroyed) return;
      if (fault && sent === fault.after) return breakOff(dialect, reply, fault, frame, response);
      await send(response, frame);
      sent += 1;
      if (reply.frameDelayMs !== undefined) await sleep(reply.frameDelayMs);
    }
    for (const frame of dialect.closing(request, reply)) {
      if (fault) return breakOff(dialect, reply, fault, frame, response);
      await send(response, frame);
    }
    response.end();
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://loopback').pathname;
    if (request.method === 'GET' && path === '/v1/models') {
      json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', owned_by: 'test' })) });
      return;
    }
    const dialect = DIALECTS.find((each) => each.path.test(path));
    if (request.method !== 'POST' || !dialect) {
      json(response, 404, { error: { message: `There is no ${path} here.` } });
      return;
    }
    stats.requests += 1;
    stats.open += 1;
    changed();
    response.on('close', () => {
      stats.open -= 1;
      if (!response.writableFinished) stats.clientClosed += 1;
      changed();
    });
    readBody(request)
      .then((body) => {
        const counted = dialect.count(body, dialect.path.exec(path) as RegExpExecArray);
        const asked: ProviderRequest = { api: dialect.api, body, headers: request.headers, ...counted };
        requests.push(asked);
        if (requests.length > KEPT_REQUESTS) requests.shift();
        return answer(dialect, asked, script(asked), response);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    openaiUrl: `${url}/v1`,
    anthropicUrl: `${url}/v1`,
    googleUrl: `${url}/v1beta`,
    requests,
    stats: () => ({ ...stats }),
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition(stats)) return;
          waiting.delete(look);
          resolve({ ...stats });
        };
        waiting.add(look);
        look();
      }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Does what the fault says; `frame` is the one that would have come next. */
function breakOff(dialect: Dialect, reply: Reply, fault: ReplyFault, frame: string, response: ServerResponse): void {
  switch (fault.kind) {
    case 'cut-json':
      response.end(`${frame.trimEnd().slice(0, -4)}\n\n`);
      return;
    case 'garbage':
      response.end('data: {"this is": not JSON\n\n');
      return;
    case 'end':
      response.end();
      return;
    case 'disconnect':
      response.socket?.resetAndDestroy();
      return;
    case 'error':
      response.end(dialect.errorFrame(reply));
      return;
    case 'hang':
  }
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject;
}

function json(response: ServerResponse, status: number, value: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
