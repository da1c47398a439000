import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findProgram } from '../../host/find-program.ts';
import { busyboxRoot } from './testing-images.ts';
import { cgroupName, endNamed, removeTraces } from './testing-traces.ts';

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 20_000;

/** A container engine's daemon of a test's own, with nothing in common with one that the machine may run. */
export interface TestDaemon {
  readonly product: 'docker' | 'podman';
  readonly socket: string;
  /** For the engine under test. */
  readonly env: Readonly<Record<string, string>>;
  /** Its folder: data, sockets, log. */
  readonly folder: string;
  /** What it has said. */
  log(): Promise<string>;
  /** SIGKILL to the daemon, as in a crash: what it had started stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  /** Ends it and everything that it had started, and removes its mounts and files. */
  stop(): Promise<void>;
}

/** Why no daemon of this product can be started here; undefined where it can. */
export async function whyNoDaemon(product: TestDaemon['product']): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'containers need Linux';
  if (process.getuid?.() !== 0) return `only root can start a ${product} of its own`;
  const programs = product === 'docker' ? ['dockerd', 'containerd', 'runc'] : ['podman', 'conmon', 'runc'];
  for (const program of [...programs, 'busybox']) {
    if (!(await findProgram(program))) return `${program} is not installed (scripts/services.sh)`;
  }
  return undefined;
}

/** Starts one, with the image `busybox` in its store. Takes one to two seconds. */
export async function startTestDaemon(product: TestDaemon['product']): Promise<TestDaemon> {
  const folder = await mkdtemp(join(tmpdir(), `holdfast-${product}-`));
  const socket = join(folder, 'api.sock');
  let daemon: ChildProcess | undefined;
  const log = (): Promise<string> => readFile(join(folder, 'log'), 'utf8');

  const start = async (): Promise<void> => {
    daemon = await startProgram(product, folder);
    for (let waited = 0; waited < START_PATIENCE_MS; waited += 50) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) break;
      if (await answers(socket)) return;
      await sleep(50);
    }
    throw new Error(`${product} did not start:\n${(await log()).slice(-2000)}`);
  };
  const kill = async (): Promise<void> => {
    await end(daemon, 'SIGKILL');
    // It dies with dockerd, but a little later. Where nobody collects it, the next dockerd would wait for what is dead.
    await endNamed(folder, 'containerd --config');
    await rm(join(folder, 'exec/containerd/containerd.pid'), { force: true });
  };
  const stop = async (): Promise<void> => {
    await end(daemon, 'SIGTERM');
    await removeTraces(folder);
  };

  try {
    await start();
    await importImage(socket, 'busybox', await busyboxRoot(folder));
  } catch (error) {
    await stop();
    throw error;
  }
  const variable = product === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST';
  return { product, socket, env: { [variable]: `unix://${socket}` }, folder, log, kill, start, stop };
}

/** Makes an image of the tree below a folder. */
export async function importImage(socket: string, name: string, root: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '--numeric-owner', '--owner=0', '--group=0', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const path = `/images/create?fromSrc=-&repo=${encodeURIComponent(name)}&tag=latest`;
  const sent = request({
    socketPath: socket,
    method: 'POST',
    path,
    agent: false,
    headers: { host: 'localhost', 'content-type': 'application/x-tar' },
  });
  tar.stdout.pipe(sent);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await response.toArray()).toString('utf8');
  if (response.statusCode !== 200 || body.includes('"error"')) throw new Error(`no image ${name}: ${body}`);
}

async function startProgram(product: TestDaemon['product'], folder: string): Promise<ChildProcess> {
  const [program, ...args] = product === 'docker' ? dockerd(folder) : podman(folder);
  const path = await findProgram(program ?? '');
  if (path === undefined) throw new Error(`${program} is not installed`);
  // Its other kind of lock is shared with every Podman of the machine.
  await writeFile(join(folder, 'containers.conf'), '[engine]\nlock_type = "file"\n');
  const file = await open(join(folder, 'log'), 'a');
  try {
    const child = spawn(path, args, {
      // What watches a container leaves a file where it was started when that ran out of memory.
      cwd: folder,
      stdio: ['ignore', file.fd, file.fd],
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: folder,
        TMPDIR: folder,
        CONTAINERS_CONF: join(folder, 'containers.conf'),
      },
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await file.close();
  }
}

function dockerd(folder: string): string[] {
  return [
    'dockerd',
    '--iptables=false',
    '--ip6tables=false',
    '--bridge=none',
    '--log-level=warn',
    `--host=unix://${join(folder, 'api.sock')}`,
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--cgroup-parent=/${cgroupName(folder)}`,
  ];
}

function podman(folder: string): string[] {
  return [
    'podman',
    `--root=${join(folder, 'data')}`,
    `--runroot=${join(folder, 'run')}`,
    `--tmpdir=${join(folder, 'tmp')}`,
    // crun does not start on a host that has cgroups of both versions.
    '--runtime=runc',
    '--cgroup-manager=cgroupfs',
    '--events-backend=file',
    'system',
    'service',
    '--time=0',
    `unix://${join(folder, 'api.sock')}`,
  ];
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ socketPath: socket, path: '/_ping', agent: false, headers: { host: 'localhost' } });
    sent.once('error', () => resolve(false));
    sent.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.end();
  });
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await gone;
  clearTimeout(timer);
}
