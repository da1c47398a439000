import { connect, type Socket } from 'node:net';

import { silentLogger } from '@holdfast/telemetry';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { App } from './app.ts';
import { boundBodies } from './body-time.ts';

let app: App;
const sockets: Socket[] = [];
beforeEach(async () => {
  app = fastify({ loggerInstance: silentLogger() });
  boundBodies(app, 50);
  app.post('/quick', async (request) => request.body);
  app.post('/slow', { config: { slowBody: true } }, async (request) => request.body);
  app.get('/long', async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return 'done';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

/** Sends the first piece, the second after 150 ms, and gives all that comes back. */
function send(first: string, second: string): Promise<string> {
  return new Promise((resolve) => {
    const address = app.server.address();
    const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    // What is written after the server has closed is refused.
    socket.on('error', () => resolve(text)).on('close', () => resolve(text));
    socket.write(first);
    setTimeout(() => socket.writable && socket.write(second), 150);
  });
}

const head = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n`;

describe('a body that comes slowly (QA-4)', () => {
  it('ends the request with 408', async () => {
    const answer = await send(`${head('/quick')}{"a":`, '"12345"}');
    expect(answer).toContain('HTTP/1.1 408');
    expect(answer).toContain('"code":"TIMED_OUT"');
  });

  it('is waited for where the route says so', async () => {
    expect(await send(`${head('/slow')}{"a":`, '"12345"}')).toContain('{"a":"12345"}');
  });

  it('is another thing than an answer that takes long', async () => {
    expect(await send('GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '')).toContain('done');
    const all = `${head('/quick')}{"a":"12345"}`;
    expect(await send(all, '')).toContain('HTTP/1.1 200');
  });
});
