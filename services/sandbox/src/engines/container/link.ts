import { chmod, chown, open } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';

import type { Owner } from '../../host/workspace-owner.ts';

/** A socket in a folder, waiting for one agent. */
export interface Link {
  /** The connection. Never settles when none comes: whoever waits closes the link. */
  readonly connected: Promise<Socket>;
  /** Waits no longer. The connection, if there is one, stays. */
  close(): void;
}

/**
 * Listens for one connection, which only processes of this owner can make; then the socket is gone. A second agent of
 * a box comes when programs of other users already run there: they cannot pass for it.
 */
export async function awaitAgent(folder: string, name: string, owner: Owner): Promise<Link> {
  const directory = await open(folder, 'r');
  // The path of a socket has 107 bytes at most, and the folder may lie deeper.
  const path = `/proc/self/fd/${directory.fd}/${name}`;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  // Whoever waits hears of it; nobody need wait.
  promise.catch(() => undefined);
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    // Removes the socket's file, at once.
    server.close();
    void directory.close();
  };
  const server = createServer((socket) => {
    close();
    resolve(socket);
  });
  server.maxConnections = 1;
  server.on('error', reject);
  try {
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(path, listening);
    });
    await chmod(path, 0o600);
    if (process.getuid?.() === 0) await chown(path, owner.uid, owner.gid);
  } catch (error) {
    close();
    throw error;
  }
  return { connected: promise, close };
}
