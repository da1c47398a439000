import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

/** How a server answers: by a response, or, with `head`, by switching to another protocol. */
export interface ServerAnswer {
  readonly incoming: IncomingMessage;
  /** The first bytes of the other protocol. */
  readonly head?: Buffer;
}

/**
 * Waits until the server answers to a request.
 *
 * @throws when the connection ends before that; the message says how.
 */
export function serverAnswer(outgoing: ClientRequest, upstream: Duplex): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', (incoming) => {
      if (incoming.statusCode === 101) reject(failure('The server switched protocols without saying to which.'));
      else resolve({ incoming });
    });
    outgoing.once('upgrade', (incoming, _socket, head) => resolve({ incoming, head }));
    outgoing.on('error', reject);
    upstream.once('close', () => reject(failure('The connection ended before the answer.')));
  });
}

function failure(message: string): HoldfastError {
  return new HoldfastError('UNAVAILABLE', message);
}
