import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import type { Duplex, Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { BoxSpec } from '../engine.ts';
import { launcher, type LauncherPrograms } from '../guest/launcher.ts';
import { type Beginning, FD, type Machine, qemuArguments } from './arguments.ts';
import { Qmp } from './qmp.ts';

/** One machine to start. Paths of the host; QEMU gets what is in the files as open descriptors, never by their names. */
export interface QemuStart {
  readonly programs: LauncherPrograms & { readonly qemu: string };
  readonly name: string;
  readonly machine: Machine;
  readonly disk: string;
  readonly initramfs: string;
  readonly template?: string | undefined;
  /** A saved state to go on from. */
  readonly state?: string;
  /** Its working folder, which belongs to `owner`: a socket is made there while its state is saved. */
  readonly folder: string;
  readonly owner: BoxSpec['owners']['user'];
  readonly cgroup?: BoxSpec['cgroup'] | undefined;
  readonly wrap?: BoxSpec['wrap'] | undefined;
}

/** A QEMU process. It ends with the service, however that ends. */
export interface QemuProcess {
  readonly pid: number;
  readonly qmp: Qmp;
  /** To the agent of the guest. */
  readonly link: Duplex;
  /** Resolves when the process has gone. */
  readonly exited: Promise<void>;
  /** What the guest's console and QEMU said last, at most a few KB. */
  said(): string;
  /** SIGKILL. Resolves when it has gone. */
  kill(): Promise<void>;
}

const SAID_CHARACTERS = 4000;

/** Starts QEMU. Throws SANDBOX_UNAVAILABLE when it cannot be started. */
export async function startQemu(start: QemuStart): Promise<QemuProcess> {
  const beginning: Beginning = start.state === undefined ? 'boot' : 'saved';
  const argv = await launcher(start.programs, start, [
    start.programs.qemu,
    ...qemuArguments(start.name, start.machine, beginning),
  ]);
  const files: FileHandle[] = [];
  const opened = async (path: string | undefined, flags: 'r' | 'r+'): Promise<number | 'ignore'> => {
    if (path === undefined) return 'ignore';
    const file = await open(path, flags);
    files.push(file);
    return file.fd;
  };
  try {
    const stdio: (number | 'ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'];
    stdio[FD.disk] = await opened(start.disk, 'r+');
    stdio[FD.initramfs] = await opened(start.initramfs, 'r');
    stdio[FD.state] = await opened(start.state, 'r');
    stdio[FD.template] = await opened(start.template, 'r');
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, { cwd: start.folder, env: {}, stdio });
    await spawned(child);
    return watch(child);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new HoldfastError('SANDBOX_UNAVAILABLE', `QEMU cannot be started: ${error.message}. Nothing was run.`, {
          cause: error,
        }),
      ),
    );
  });
}

function watch(child: ChildProcess): QemuProcess {
  let said = '';
  const listen = (stream: Readable): void => {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      said = (said + text).slice(-SAID_CHARACTERS);
    });
    // A pipe that breaks says no more; that the process ended is seen by its end.
    stream.on('error', () => undefined);
  };
  for (const fd of [1, 2, FD.console]) listen(child.stdio[fd] as Readable);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? -1,
    qmp: new Qmp(child.stdio[FD.qmp] as Duplex),
    link: child.stdio[FD.agent] as Duplex,
    exited,
    said: () => said.trim(),
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}
