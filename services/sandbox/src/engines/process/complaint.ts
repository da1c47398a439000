import type { Readable } from 'node:stream';

/** How much of it is kept. Characters. */
const KEPT = 2000;

/** What a launcher says on stderr, cut off and trimmed, once it says no more. Reads on so that it never stalls. */
export function keepComplaint(stderr: Readable): Promise<string> {
  let text = '';
  stderr.on('data', (bytes: Buffer) => {
    if (text.length < KEPT) text += bytes.toString('utf8');
  });
  return new Promise((resolve) => {
    const done = (): void => resolve(text.slice(0, KEPT).trim());
    stderr.once('close', done);
    stderr.on('error', done);
  });
}
