/**
 * Stands in for the program `firecracker` in the contract tests: it takes its arguments, answers its API on a real Unix
 * socket by the contract and by nothing else, and has the real agent behind its vsock. It runs no guest: the agent works on
 * the host, as the user that the machine would run as. What it refused stands in the file `refused`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

import { agentBinary } from '../../agent/binary.ts';
import { CONTRACT, faultOf, type Operation } from './contract.ts';

const AGENT_SOCKET = 'guest.sock';
const { values } = parseArgs({
  options: { id: { type: 'string' }, 'api-sock': { type: 'string' }, version: { type: 'boolean' } },
});
if (values.version) {
  console.log('Firecracker v1.17.0');
  process.exit(0);
}
if (!values.id || !values['api-sock']) throw new Error('--id and --api-sock are needed');

type State = 'fresh' | 'configured' | 'running' | 'paused';
const ALLOWED: Readonly<Record<(typeof CONTRACT)[Operation]['when'], readonly State[]>> = {
  first: ['fresh'],
  'before start': ['fresh', 'configured'],
  'after start': ['running', 'paused'],
  paused: ['paused'],
};

let state: State = 'fresh';
let agent: ChildProcess | undefined;
let isReset = false;
const configured = new Set<Operation>();
const bridges = new Set<Socket>();

/** Why the call is refused; undefined when it was carried out. */
function carryOut(method: string, path: string, body: unknown): string | undefined {
  const operation = (Object.keys(CONTRACT) as Operation[]).find((name) => matches(name, method, path));
  if (!operation) return `no such operation: ${method} ${path}`;
  const fault = faultOf(operation, body);
  if (fault !== undefined) return fault;
  if (!ALLOWED[CONTRACT[operation].when].includes(state)) return `${operation} is not allowed when ${state}`;
  return effectOf(operation, path, body as Record<string, unknown>);
}

function matches(operation: Operation, method: string, path: string): boolean {
  const [wanted, pattern = ''] = operation.split(' ');
  return wanted === method && new RegExp(`^${pattern.replace('{id}', '[A-Za-z0-9_]+')}$`).test(path);
}

function effectOf(operation: Operation, path: string, body: Record<string, unknown>): string | undefined {
  const missing = ['kernel_image_path', 'initrd_path', 'path_on_host']
    .filter((name) => name in body)
    .find((name) => !existsSync(String(body[name])));
  if (missing !== undefined) return `${missing}: no such file`;
  if (operation === 'PUT /drives/{id}' && !path.endsWith(`/${String(body['drive_id'])}`)) return 'the ids differ';
  if (CONTRACT[operation].when === 'before start') {
    configured.add(operation);
    state = 'configured';
  }
  if (operation === 'PUT /vsock') listen(String(body['uds_path']));
  if (operation === 'PUT /actions') {
    if (!configured.has('PUT /boot-source')) return 'there is no boot source';
    start();
  }
  if (body['state'] === 'Paused') pause();
  if (body['state'] === 'Resumed') resume();
  if (operation === 'PUT /snapshot/create') {
    for (const name of ['snapshot_path', 'mem_file_path']) writeFileSync(String(body[name]), `${name} of ${values.id}`);
    isReset = true;
  }
  if (operation === 'PUT /snapshot/load') {
    const backend = body['mem_backend'] as { backend_path: string } | undefined;
    if (!backend || !existsSync(backend.backend_path) || !existsSync(String(body['snapshot_path'])))
      return 'no such file';
    // Where the vsock lies is part of the state that was saved.
    listen('agent.sock');
    start();
    if (body['resume_vm'] !== true) pause();
  }
  return undefined;
}

function start(): void {
  // Not before it was started does anybody listen in the guest.
  agent = spawn('setpriv', ['--pdeathsig', 'KILL', agentBinary(process.arch), 'serve', '--listen', AGENT_SOCKET], {
    stdio: 'inherit',
  });
  state = 'running';
}

function pause(): void {
  agent?.kill('SIGSTOP');
  state = 'paused';
}

function resume(): void {
  if (isReset) for (const bridge of bridges) bridge.destroy();
  isReset = false;
  agent?.kill('SIGCONT');
  state = 'running';
}

/** The host's side of the vsock: one line each way, and then whatever both ends say. */
function listen(path: string): void {
  createServer((host) => {
    host.once('data', (line: Buffer) => {
      const port = /^CONNECT (\d+)\n$/.exec(line.toString('latin1'))?.[1];
      if (port !== '1024' || !existsSync(AGENT_SOCKET)) return host.destroy();
      const guest = connect(AGENT_SOCKET, () => {
        host.write('OK 1073741824\n');
        host.pipe(guest).pipe(host);
      });
      for (const socket of [host, guest]) {
        bridges.add(socket);
        socket
          .on('error', () => undefined)
          .once('close', () => {
            bridges.delete(socket);
            host.destroy();
            guest.destroy();
          });
      }
    });
    host.on('error', () => undefined);
  }).listen(path);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.once('end', () => {
    const { method = '', url = '' } = request;
    let refused: string | undefined;
    try {
      refused = carryOut(method, url, JSON.parse(Buffer.concat(pieces).toString('utf8')));
    } catch (error) {
      refused = `the body cannot be read: ${String(error)}`;
    }
    if (refused === undefined) return response.writeHead(204).end();
    appendFileSync('refused', `${method} ${url}: ${refused}\n`);
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ fault_message: refused }));
  });
}

createHttpServer(answer).listen(values['api-sock']);
