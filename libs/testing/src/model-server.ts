import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerOf, type ModelAnswer } from './model-answers.ts';

/** What is done to an answer of a model server, or in its place. */
export interface ModelFault {
  /** Time before the answer, milliseconds. */
  readonly delayMs?: number;
  /** Answers with this status in place of a result. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, as it is sent. */
  readonly body?: string;
  /** Sends so many bytes of the body, then drops the connection. */
  readonly disconnectAfter?: number;
  /** Changes the answer before it is sent. */
  readonly change?: (answer: ModelAnswer) => unknown;
}

/** One request, as it came. */
export interface ModelRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** A server with embedders and rerankers on loopback. */
export interface ModelServer {
  /** `http://127.0.0.1:<port>`: also the base URL of Text Embeddings Inference. */
  readonly url: string;
  /** All requests, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

/** How to start a model server. */
export interface ModelServerOptions {
  /** What goes wrong with a request; `n` counts from 0. */
  readonly fault?: (n: number, request: ModelRequest) => ModelFault | undefined;
  /** The key that requests must bring. */
  readonly apiKey?: string;
  /** Dimensions of its vectors unless a request asks for others. Default 64. */
  readonly dimensions?: number;
}

/**
 * Starts a real HTTP server that speaks `POST /v1/embeddings` (OpenAI), `POST /v1/rerank` (Jina), `POST /v2/rerank`
 * (Cohere) and `POST /rerank` (Text Embeddings Inference), on loopback only. Its model compares characters.
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { fault = () => undefined, apiKey, dimensions = 64 } = options;
  const requests: ModelRequest[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const asked: ModelRequest = {
      path: request.url ?? '',
      headers: request.headers,
      body: await bodyOf(request),
    };
    const wrong = fault(requests.length, asked) ?? {};
    requests.push(asked);
    if (wrong.delayMs !== undefined) await sleep(wrong.delayMs);
    if (apiKey !== undefined && asked.headers.authorization !== `Bearer ${apiKey}`) {
      send(response, 401, JSON.stringify({ error: { message: 'Incorrect API key provided.' } }));
      return;
    }
    const answer = answerOf(asked.path, asked.body, dimensions);
    if (answer === undefined) {
      send(response, 404, JSON.stringify({ error: { message: `There is no ${asked.path} here.` } }));
      return;
    }
    if (typeof answer === 'string') {
      send(response, 400, JSON.stringify({ error: { message: answer } }));
      return;
    }
    const text = wrong.body ?? JSON.stringify(wrong.change ? wrong.change(answer) : answer);
    if (wrong.disconnectAfter === undefined) send(response, wrong.status ?? 200, text, wrong.headers);
    else dropAfter(response, text, wrong.disconnectAfter);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}

function dropAfter(response: ServerResponse, text: string, bytes: number): void {
  if (bytes === 0) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, bytes), () => response.socket?.resetAndDestroy());
}
