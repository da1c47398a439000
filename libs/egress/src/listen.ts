import { createServer, type Socket } from 'node:net';

import { HoldfastError } from '@holdfast/protocol';

/** Where to listen: a port of the loopback interface (0 takes a free one), or a Unix socket. */
export type ListenAt = { readonly port: number } | { readonly path: string };

/** A listening proxy. */
export interface EgressListener {
  /** 0 for a Unix socket. */
  readonly port: number;
  /** Accepts no further connections. Those that are open belong to their context. */
  readonly close: () => Promise<void>;
}

/**
 * Listens, and hands each connection over.
 *
 * @throws HoldfastError UNAVAILABLE when the port or path cannot be used.
 */
export async function listen(at: ListenAt, onConnection: (socket: Socket) => void): Promise<EgressListener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  const where = 'port' in at ? { host: '127.0.0.1', port: at.port } : { path: at.path };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const place = 'port' in at ? `127.0.0.1:${at.port}` : at.path;
      const message = `The egress proxy cannot listen on ${place}: ${cause.message}. Nothing was started. Choose another place, or end what uses it.`;
      reject(new HoldfastError('UNAVAILABLE', message, { cause }));
    });
    server.listen(where, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
