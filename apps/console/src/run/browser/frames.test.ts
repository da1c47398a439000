import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { type Frame, type View, watchFrames } from './frames.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function view(answers: readonly string[], until: (frames: readonly Frame[]) => boolean) {
  let asked = 0;
  server = createServer((_request, response) => {
    const answer = answers[asked];
    asked += 1;
    if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const frames: Frame[] = [];
  const views: View[] = [];
  const stop = new AbortController();
  await watchFrames({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fetch,
    onFrame: (frame) => {
      frames.push(frame);
      if (until(frames)) stop.abort();
    },
    onView: (now) => views.push(now),
    signal: stop.signal,
    waitMs: 1,
    silenceMs: 20_000,
  });
  return { frames, views };
}

const frame = (url: string) => `event: frame\ndata: ${JSON.stringify({ url, jpeg: 'AA==' })}\n\n`;

describe('the live view of a browser (TL-1)', () => {
  it('goes on after a connection that breaks, and passes over heartbeats', async () => {
    const { frames, views } = await view(
      [`: heartbeat\n\n${frame('a')}`, `event: other\ndata: x\n\n${frame('b')}`],
      (seen) => seen.length === 2,
    );
    expect(frames.map(({ url }) => url)).toEqual(['a', 'b']);
    expect(views).toEqual(['connecting', 'live', 'broken', 'live']);
  });
});
