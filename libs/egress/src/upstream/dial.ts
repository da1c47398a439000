import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Connects to an address (never a name). Rejects when there is no connection, or when `signal` ends it. */
export type Dial = (address: string, port: number, signal: AbortSignal) => Promise<Duplex>;

/** Connects over TCP. The signal ends the attempt only, not the connection that came of it. */
export const tcpDial: Dial = (address, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    const abort = () => socket.destroy(new DOMException('The attempt was given up.', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('connect', () => {
      socket.off('error', reject);
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
