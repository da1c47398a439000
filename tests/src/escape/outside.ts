import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { compilePolicy, createEgress } from '@holdfast/egress';
import { systemClock } from '@holdfast/telemetry';

import type { BoxesEgress } from '../../../services/sandbox/src/boxes/egress.ts';

/** Looks public. Nothing is ever sent to it: connections to it are led to loopback. */
export const PUBLIC = '93.184.216.34';
/** Where the proxy is, inside every box. */
export const PROXY_PORT = 3128;

/** What the egress proxy of the attacked boxes sees as the outside: nothing but this process. */
export interface Outside {
  /** The real proxy, with a resolver and connections of the test. */
  readonly egress: BoxesEgress;
  /** Names that were resolved, and addresses that were connected to, since the last call. */
  asked(): { readonly resolved: readonly string[]; readonly dialled: readonly string[] };
  close(): Promise<void>;
}

/**
 * Opens it. Sandboxes may reach allowed.test (public), rebind.test (public at first, then loopback, by turns), and names that lead to
 * private addresses.
 */
export async function openOutside(): Promise<Outside> {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://forbidden.test/' }).end();
    else if (request.url === '/redirect-inside') response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
    else response.end('the outside answers\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const resolved: string[] = [];
  const dialled: string[] = [];
  let rebound = 0;
  const names: Readonly<Record<string, () => readonly string[]>> = {
    'allowed.test': () => [PUBLIC],
    'rebind.test': () => [(rebound += 1) % 2 === 1 ? PUBLIC : '127.0.0.1'],
    'loopback.test': () => ['127.0.0.1'],
    'metadata.test': () => ['169.254.169.254'],
    'mapped.test': () => ['::ffff:169.254.169.254'],
    'mixed.test': () => [PUBLIC, '10.0.0.1'],
  };
  const allow = Object.keys(names);
  const policy = compilePolicy({ allow, deny: [], allow_private: [], allow_no_sni: false }, 'sandbox.egress');
  const proxy = createEgress({
    policy,
    clock: systemClock,
    onDecision: () => undefined,
    problem: (error) => {
      throw error;
    },
    ownAddresses: () => new Set(),
    resolve: async (name) => {
      resolved.push(name);
      const answer = names[name];
      if (!answer) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
      return answer();
    },
    dial: async (address, to) => {
      dialled.push(`${address}:${to}`);
      if (address !== PUBLIC) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
  });
  return {
    egress: {
      async open(id, agent) {
        const context = proxy.context({ id });
        await agent.listen(PROXY_PORT, (stream) => proxy.handle(stream, context));
        return {
          environment: {},
          counters: () => context.counters(),
          change: () => undefined,
          close: () => context.close(),
        };
      },
    },
    asked: () => ({ resolved: resolved.splice(0), dialled: dialled.splice(0) }),
    close: () => stop(server),
  };
}

const NOTHING = { bytesUp: 0, bytesDown: 0, connectionsOpen: 0, connectionsTotal: 0, requests: 0, denied: 0 };

/** For boxes without isolation: a port of theirs would be a port of the host. */
export const NO_EGRESS: BoxesEgress = {
  open: async () => ({
    environment: {},
    counters: () => NOTHING,
    change: () => undefined,
    close: () => undefined,
  }),
};

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
