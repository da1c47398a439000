import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './postgres-host.ts';

const START_MS = 60_000;

/**
 * A Milvus server on loopback, with its data in a temporary folder: milvus-lite, which stands for a cluster in the
 * tests. It speaks the same protocol and has one node: not covered are consistency levels weaker than strong, partition
 * keys over several nodes, access control and databases.
 */
export interface MilvusServer {
  /** `127.0.0.1:<port>` */
  readonly url: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts a killed one again on the same data and port. */
  restart(): Promise<void>;
  /** Makes it stand still; it keeps its connections. */
  pause(): void;
  /** Lets it go on. */
  resume(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server; undefined where it is not installed (scripts/services/milvus.sh). */
export async function startMilvus(): Promise<MilvusServer | undefined> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const python = join(cache, 'holdfast-tests', 'milvus', 'bin', 'python3');
  const program = join(cache, 'holdfast-tests', 'milvus', 'bin', 'milvus-lite');
  const installed = await access(program).then(
    () => true,
    () => false,
  );
  if (!installed) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-milvus-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  };
  const restart = async (): Promise<void> => {
    child = await launch(python, program, root, port);
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(root, { recursive: true, force: true });
  };
  try {
    await restart();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `127.0.0.1:${port}`,
    kill,
    restart,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop,
  };
}

async function launch(python: string, program: string, root: string, port: number): Promise<ChildProcess> {
  const args = [program, 'server', '--data-dir', join(root, 'data'), '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(python, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);
  child.once('exit', () => process.removeListener('exit', reap));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < 65_536) log += text;
  });
  for (const end = performance.now() + START_MS; performance.now() < end; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await answers(port)) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`milvus-lite did not start:\n${log}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
