import type { Duplex } from 'node:stream';

/** Lets two streams talk until both have closed. Each may end its half first; a failure of one ends the other. */
export async function join(a: Duplex, b: Duplex): Promise<void> {
  const closed = Promise.all([whenClosed(a), whenClosed(b)]);
  follow(a, b);
  follow(b, a);
  a.pipe(b);
  b.pipe(a);
  await closed;
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
    // The reason is in the state of both streams; an error without a listener would end the process.
    stream.on('error', () => undefined);
  });
}
