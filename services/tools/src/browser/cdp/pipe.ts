import type { Readable, Writable } from 'node:stream';

import type { CdpMessage, CdpTransport } from './message.ts';

const END = 0;

/**
 * Speaks CDP over the two pipes of `--remote-debugging-pipe`: JSON, each message ended by a zero byte.
 *
 * No port is open that somebody else on this machine could use, and Chromium ends when the pipes close: so also when
 * this process is killed.
 */
export function pipeTransport(output: Writable, input: Readable): CdpTransport {
  let parts: Buffer[] = [];
  let closed = false;
  const transport: CdpTransport = {
    onMessage: undefined,
    onClose: undefined,
    send(message) {
      if (!closed) output.write(`${JSON.stringify(message)}\0`);
    },
    close: () => end('it was closed'),
  };
  const end = (reason: string): void => {
    if (closed) return;
    closed = true;
    output.destroy();
    input.destroy();
    transport.onClose?.(reason);
  };
  input.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(END); at >= 0; at = chunk.indexOf(END, from)) {
      parts.push(chunk.subarray(from, at));
      const text = parts.length === 1 ? (parts[0]?.toString() ?? '') : Buffer.concat(parts).toString();
      parts = [];
      from = at + 1;
      const message = JSON.parse(text) as CdpMessage;
      // Each in a turn of its own: Playwright begins to listen for an event in what follows the answer before it.
      setImmediate(() => transport.onMessage?.(message));
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  });
  // A browser that ends breaks its pipes: that is how its end is noticed.
  input.on('error', (error) => end(error.message));
  output.on('error', (error) => end(error.message));
  input.on('close', () => end('it ended'));
  return transport;
}
