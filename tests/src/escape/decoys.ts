import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** What of the host must never be read, written or reached. All of it lies in a folder of the test's own, or on loopback. */
export interface Decoys {
  /** A folder of the host whose path is known to the attacker. */
  readonly folder: string;
  /** In the folder; everybody on the host may read and write it. */
  readonly canary: string;
  /** What is in it, which nobody inside can know. */
  readonly secret: string;
  /** A Unix socket as a container engine has one, which everybody on the host may use. */
  readonly unixSocket: string;
  /** The name of an abstract Unix socket of the host. */
  readonly abstractSocket: string;
  /** Ports on the host's 127.0.0.1. */
  readonly tcpPort: number;
  readonly udpPort: number;
  /** The process of the host that holds all this. */
  readonly pid: number;
  /** What has been touched since the last call: one line each. */
  touched(): readonly string[];
  close(): Promise<void>;
}

/** Makes them. */
export async function openDecoys(base: string): Promise<Decoys> {
  const folder = join(base, 'host');
  const secret = `secret-${randomBytes(12).toString('hex')}`;
  const canary = join(folder, 'canary');
  mkdirSync(folder, { mode: 0o777 });
  chmodSync(folder, 0o777);
  const restore = (): void => {
    writeFileSync(canary, secret);
    chmodSync(canary, 0o666);
  };
  restore();

  const touches: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (name: string): Server =>
    createServer((socket) => {
      touches.push(`a connection came to ${name}`);
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      socket.end(`${secret}\n`);
    });
  const unixSocket = join(folder, 'docker.sock');
  const abstractSocket = `holdfast-decoy-${process.pid}`;
  const unix = await listening(serve('the Unix socket of the host'), unixSocket);
  chmodSync(unixSocket, 0o666);
  const abstract = await listening(serve('the abstract socket of the host'), `\0${abstractSocket}`);
  const tcp = await listening(serve('the TCP port of the host'), 0);
  const udp = createSocket('udp4', (message) => touches.push(`a datagram came to the host: ${message.length} bytes`));
  await new Promise<void>((resolve) => {
    udp.bind(0, '127.0.0.1', resolve);
  });

  return {
    folder,
    canary,
    secret,
    unixSocket,
    abstractSocket,
    tcpPort: (tcp.address() as AddressInfo).port,
    udpPort: udp.address().port,
    pid: process.pid,
    touched() {
      const found = touches.splice(0);
      if (!existsSync(canary)) found.push('the canary of the host was removed');
      else if (readFileSync(canary, 'utf8') !== secret) found.push('the canary of the host was changed');
      restore();
      return found;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([unix, abstract, tcp].map((server) => new Promise((resolve) => server.close(resolve))));
      await new Promise<void>((resolve) => {
        udp.close(resolve);
      });
    },
  };
}

function listening(server: Server, where: string | number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (typeof where === 'number') server.listen(where, '127.0.0.1', () => resolve(server));
    else server.listen(where, () => resolve(server));
  });
}
