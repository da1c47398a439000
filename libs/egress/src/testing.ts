import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { systemClock } from '@holdfast/telemetry';

import type { ContextInit, EgressContext } from './context.ts';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';
import { type AllowEntry, compilePolicy, type EgressRules } from './policy/policy.ts';
import type { DecisionRecord } from './record.ts';

const execute = promisify(execFile);

/** An address that looks public. Nothing is ever sent to it: the tests' dial leads it to loopback. */
export const PUBLIC = '93.184.216.34';

/** Rules that allow these entries and nothing else. */
export function rules(allow: readonly AllowEntry[], more: Partial<EgressRules> = {}): EgressRules {
  return { allow, deny: [], allow_private: [], allow_no_sni: false, ...more };
}

/** How a test's proxy sees the world. */
export interface WorldOptions {
  readonly rules: EgressRules;
  /** Answers of the resolver by name: a list, or a function that is asked each time. */
  readonly names?: Readonly<Record<string, readonly string[] | (() => readonly string[] | Promise<readonly string[]>)>>;
  /** Where connections to a port really go on loopback. A port that is missing refuses connections. */
  readonly ports?: Readonly<Record<number, number>>;
  readonly init?: Omit<ContextInit, 'id'>;
  readonly options?: Partial<EgressOptions>;
}

/** A listening proxy whose outside is this machine, with everything that it asked and said. */
export interface World extends AsyncDisposable {
  readonly egress: Egress;
  readonly context: EgressContext;
  readonly port: number;
  readonly url: string;
  readonly records: DecisionRecord[];
  readonly resolved: string[];
  readonly dialled: string[];
  readonly problems: unknown[];
}

/** Starts a proxy. Its dial leads every address to loopback, so that no test reaches anything outside. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const records: DecisionRecord[] = [];
  const resolved: string[] = [];
  const dialled: string[] = [];
  const problems: unknown[] = [];
  const egress = createEgress({
    policy: compilePolicy(options.rules, 'sandbox.egress'),
    clock: systemClock,
    onDecision: (record) => records.push(record),
    problem: (error) => problems.push(error),
    ownAddresses: () => new Set(),
    resolve: async (name) => {
      resolved.push(name);
      const answer = options.names?.[name];
      if (!answer) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
      return typeof answer === 'function' ? answer() : answer;
    },
    dial: async (address, port) => {
      dialled.push(`${address}:${port}`);
      const real = options.ports?.[port];
      if (real === undefined) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      const socket = connect({ host: '127.0.0.1', port: real, allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
    ...options.options,
  });
  const context = egress.context({ id: 'box-1', ...options.init });
  const listener = await egress.listen({ port: 0 }, context);
  return {
    egress,
    context,
    port: listener.port,
    url: `http://127.0.0.1:${listener.port}`,
    records,
    resolved,
    dialled,
    problems,
    [Symbol.asyncDispose]: async () => {
      context.close();
      await listener.close();
    },
  };
}

/** A server of a test: its port on loopback, and what it got. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections were made to it. */
  readonly connections: () => number;
}

/** A plain HTTP server. */
export function startHttp(
  listener: RequestListener,
  prepare: (server: Server) => void = () => undefined,
): Promise<TestServer> {
  const server = createHttpServer(listener);
  prepare(server);
  return started(server);
}

/** An HTTPS server with this certificate. */
export function startHttps(identity: Identity, listener: RequestListener): Promise<TestServer> {
  return started(createHttpsServer({ key: identity.key, cert: identity.cert }, listener));
}

/** A TCP server. */
export function startTcp(onConnection: (socket: Socket) => void): Promise<TestServer> {
  return started(createTcpServer({ allowHalfOpen: true }, onConnection));
}

async function started(server: TcpServer): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** A self-signed certificate for these names. */
export interface Identity extends AsyncDisposable {
  readonly key: string;
  readonly cert: string;
  /** The file of the certificate, for clients that are to trust it. */
  readonly certFile: string;
}

/** Makes a certificate by openssl. */
export async function makeIdentity(names: readonly string[]): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const san = names.map((name) => `DNS:${name}`).join(',');
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${san}`, '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  await execute('openssl', ['req', '-x509', ...key, '-out', certFile, ...subject]);
  return {
    key: await readFile(keyFile, 'utf8'),
    cert: await readFile(certFile, 'utf8'),
    certFile,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** What a command said and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a client, with nothing of this process's proxy settings. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const options = { env: { PATH: process.env['PATH'], ...env }, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
  try {
    return { code: 0, ...(await execute(command, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
    return { code: code ?? -1, stdout, stderr };
  }
}

/** Sends bytes to the proxy as they are, in pieces if wished, and reads until it closes or `until` is seen. */
export async function talk(port: number, pieces: readonly (string | Buffer)[], until?: RegExp): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  let heard = '';
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (until?.test(heard)) resolve();
    });
    socket.once('close', () => resolve());
    socket.on('error', () => undefined);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  await done;
  socket.destroy();
  return heard;
}

/** Waits until something holds. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
