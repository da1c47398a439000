import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
const MOST_LOG = 65_536;

/** A program that serves a port on loopback, with its data in a folder of its own. */
export interface OwnServer {
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts a killed one again on the same data and port. */
  restart(): Promise<void>;
  /** Makes it stand still; it keeps its connections. */
  pause(): void;
  /** Lets it go on. */
  resume(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** What is started. */
export interface OwnServerOptions {
  /** For the sentence when it does not start. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Its folder, in which it runs. */
  readonly root: string;
  readonly port: number;
  /** How long it may take until its port is open, milliseconds. */
  readonly startMs: number;
}

/** Starts it and waits until its port is open. It ends with this process, and leaves no folder where it does not start. */
export async function startOwnServer(options: OwnServerOptions): Promise<OwnServer> {
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
    child = await launch(options);
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(options.root, { recursive: true, force: true });
  };
  try {
    await restart();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kill,
    restart,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop,
  };
}

async function launch({ name, program, args, root, port, startMs }: OwnServerOptions): Promise<ChildProcess> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);
  child.once('exit', () => process.removeListener('exit', reap));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < MOST_LOG) log += text;
    });
  }
  for (const end = performance.now() + startMs; performance.now() < end; await sleep(LOOK_EVERY_MS)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await answers(port)) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not start:\n${log}`);
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
