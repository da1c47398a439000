import { expect, it } from 'vitest';

import { InputStream } from './channel-streams.ts';

it('tells a writer that waits when the process has ended (SB-1)', async () => {
  let sent = 0;
  const stdin = new InputStream(
    (bytes) => {
      sent += bytes.byteLength;
    },
    () => undefined,
  );
  stdin.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
  // More than the process may be sent ahead of its reading.
  stdin.write(Buffer.alloc(1024 * 1024), resolve);
  expect(sent).toBe(64 * 1024);
  stdin.destroy();
  expect(await promise).toBeInstanceOf(Error);
});
