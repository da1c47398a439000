/**
 * The floor for `bench:streams`: a bare `node:http` server that sends every client the same 1,900 frames of 4 KB, one
 * after the other as the socket takes them. It prints its port, and knows nothing of runs.
 */
import { createServer, type ServerResponse } from 'node:http';

const FRAME = Buffer.from(`data: ${'x'.repeat(4000)}\n\n`);
const FRAMES = 1900;

function send(response: ServerResponse, left: number): void {
  if (left === 0) response.end();
  else response.write(FRAME, () => send(response, left - 1));
}

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send(response, FRAMES);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
