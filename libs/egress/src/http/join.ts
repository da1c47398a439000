import type { Duplex } from 'node:stream';

/**
 * Lets two streams talk until both have closed. Each may end its half first; a failure of one ends the other.
 * Resolves to the failure that came first, for the record; empty when there was none.
 */
export async function join(client: Duplex, server: Duplex): Promise<string> {
  let failure = '';
  const note = (who: string) => (error: Error) => {
    failure ||= `the connection of the ${who} failed (${error.message})`;
  };
  client.on('error', note('client'));
  server.on('error', note('server'));
  const closed = Promise.all([whenClosed(client), whenClosed(server)]);
  follow(client, server);
  follow(server, client);
  client.pipe(server);
  server.pipe(client);
  await closed;
  return failure;
}

function follow(from: Duplex, to: Duplex): void {
  const close = () => {
    // When all was read, what is still being written to the other side may arrive.
    if (!(from.readableEnded && to.writableEnded)) to.destroy();
  };
  if (from.closed) close();
  else from.once('close', close);
}

function whenClosed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', resolve);
  });
}
