import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Message, ScriptedServer } from './scripted-server.ts';

/** How a scripted HTTP server behaves; a test changes it while it runs. */
export interface HttpBehaviour {
  /** Answers every request with this status. */
  status?: number;
  /** Never answers. */
  mute?: boolean;
  /** Answers with this text as JSON. */
  text?: string;
}

/** A scripted MCP server over HTTP, in this process. For tests only. */
export interface ScriptedHttp {
  readonly url: string;
  readonly port: number;
  readonly script: ScriptedServer;
  readonly behaviour: HttpBehaviour;
  /** Requests that came. */
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Opens it at a free port, or at `port`. */
export async function openScriptedHttp(port = 0, script = new ScriptedServer()): Promise<ScriptedHttp> {
  const behaviour: HttpBehaviour = {};
  const requests: IncomingMessage[] = [];
  const web: Server = createServer((request, response) => {
    requests.push(request);
    void answer(request, response, script, behaviour);
  });
  await new Promise<void>((resolve, reject) => {
    web.once('error', reject);
    web.listen(port, '127.0.0.1', resolve);
  });
  const at = (web.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${at}/mcp`,
    port: at,
    script,
    behaviour,
    requests,
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  script: ScriptedServer,
  behaviour: HttpBehaviour,
): Promise<void> {
  if (behaviour.mute) return;
  if (behaviour.status !== undefined) return void response.writeHead(behaviour.status).end();
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const message = JSON.parse(Buffer.concat(parts).toString('utf8')) as Message;
  if (behaviour.text !== undefined) {
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(behaviour.text);
  }
  if (message.id === undefined) {
    await script.take(message, () => undefined);
    return void response.writeHead(202).end();
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  await script.take(message, (sent) => void response.write(`data: ${JSON.stringify(sent)}\n\n`));
  if (message.params?.name !== 'mute') response.end();
}
