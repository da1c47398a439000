import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import type { RunEvent } from './event.ts';
import { type Connection, watchRun } from './stream.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const frame = (n: number, type = 'model.delta') =>
  `id: 1-${n}\nevent: ${type}\ndata: {"at":"2026-01-01T00:00:00.000Z","text":"${n}"}\n\n`;

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void, port = 0): Promise<number> {
  server = createServer(handle).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function watch(port: number, more: { onEvents?: (events: readonly RunEvent[]) => Promise<void> } = {}) {
  const events: RunEvent[] = [];
  const connections: Connection[] = [];
  const stop = new AbortController();
  const done = watchRun({
    url: `http://127.0.0.1:${port}/`,
    fetch,
    now: () => 0,
    random: () => 0,
    onEvents:
      more.onEvents ??
      (async (batch) => {
        events.push(...batch);
      }),
    onConnection: (connection) => connections.push(connection),
    signal: stop.signal,
  });
  return { events, connections, done, stop };
}

const ids = (events: readonly RunEvent[]) => events.map(({ id }) => id);

describe('following a run (AG-4)', () => {
  it('heals a dropped connection without loss or repetition', async () => {
    const asked: (string | undefined)[] = [];
    const port = await listen((request, response) => {
      const after = request.headers['last-event-id'];
      asked.push(after as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      // The second answer repeats one event, as a careless proxy might; the third breaks within a frame.
      if (asked.length === 1) response.write(frame(1) + frame(2), () => request.socket.destroy());
      else if (asked.length === 2)
        response.write(frame(2) + frame(3) + frame(4).slice(0, 20), () => request.socket.destroy());
      else response.end(frame(4) + frame(5, 'run.ended'));
    });
    const { connections, done, events } = watch(port);
    await done;
    expect(ids(events)).toEqual(['1-1', '1-2', '1-3', '1-4', '1-5']);
    expect(asked).toEqual([undefined, '1-2', '1-3']);
    expect(connections.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'retrying',
      'live',
      'retrying',
      'live',
      'ended',
    ]);
  });

  it('waits for a server that is being restarted, and takes 503 for that', async () => {
    let asked = 0;
    const port = await listen((_request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end();
      else response.writeHead(200).end(frame(1, 'run.ended'));
    });
    const { done, events } = watch(port);
    await done;
    expect(ids(events)).toEqual(['1-1']);
  });

  it('ends where nothing is left to tell, and where the run is not to be seen', async () => {
    let status = 204;
    const port = await listen((_request, response) => response.writeHead(status).end());
    const ended = watch(port);
    await ended.done;
    expect(ended.connections.at(-1)).toEqual({ state: 'ended' });
    status = 404;
    const missing = watch(port);
    await missing.done;
    expect(missing.connections.at(-1)).toEqual({ state: 'failed', status: 404 });
  });

  it('reads on only when the page has taken what came: the server is held back', async () => {
    let written = 0;
    const port = await listen((request, response) => {
      response.writeHead(200);
      const more = () => {
        while (written < 400 * 1024 * 1024 && response.write(`: ${'x'.repeat(65_536)}\n${frame(written)}`))
          written += 65_536;
      };
      response.on('drain', more);
      more();
      request.socket.on('close', () => response.destroy());
    });
    const { done, stop } = watch(port, { onEvents: () => new Promise((resolve) => setTimeout(resolve, 2000)) });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const early = written;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(written).toBe(early);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    stop.abort();
    await done;
  });

  it('stops at once when it is left', async () => {
    const port = await listen((_request, response) => void response.writeHead(200).write(frame(1)));
    const { done, events, stop } = watch(port);
    while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await done;
  });
});
