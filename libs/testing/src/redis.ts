import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { freePort } from './postgres-host.ts';

/** Redis servers that know nothing of each other, on loopback, each with a folder of its own and nothing on disk. */
export interface RedisServers {
  /** `redis://127.0.0.1:<port>`, in order. */
  readonly urls: readonly string[];
  /** Ends one as a crash does. */
  kill(at: number): Promise<void>;
  /** Makes one stand still; it keeps its connections. */
  pause(at: number): void;
  /** Lets it go on. */
  resume(at: number): void;
  /** Starts a killed one again on its port: without its data. */
  restart(at: number): Promise<void>;
  /** Ends all and removes their folders. */
  stop(): Promise<void>;
}

/** Starts `count` servers; undefined where redis-server is not installed. */
export async function startRedis(count: number): Promise<RedisServers | undefined> {
  if (!(await installed())) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
  const ports: number[] = [];
  const children: ChildProcess[] = [];
  const start = async (at: number): Promise<void> => {
    children[at] = await launch(ports[at] ?? 0, root);
  };
  const kill = async (at: number): Promise<void> => {
    const child = children[at];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((_, at) => kill(at)));
    await rm(root, { recursive: true, force: true });
  };
  try {
    for (let at = 0; at < count; at++) {
      ports.push(await freePort());
      await start(at);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: ports.map((port) => `redis://127.0.0.1:${port}`),
    kill,
    pause: (at) => void children[at]?.kill('SIGSTOP'),
    resume: (at) => void children[at]?.kill('SIGCONT'),
    restart: start,
    stop,
  };
}

async function installed(): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, 'redis-server'), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

async function launch(port: number, cwd: string): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', cwd];
  const child = spawn('redis-server', args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);
  child.once('exit', () => process.removeListener('exit', reap));
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 65_536) log += text;
      if (log.includes('Ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code} at its start:\n${log}`)));
  });
  return child;
}
