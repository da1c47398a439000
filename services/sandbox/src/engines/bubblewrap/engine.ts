import { execFile } from 'node:child_process';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { startProcess } from '../../execute/spawn.ts';
import type { Cage, Engine, Started } from '../command-engine.ts';
import { bubblewrapArguments, DATA_FDS, etcFiles, type HostRoot, type Programs, STATUS_FD } from './arguments.ts';
import { endingOf } from './ending.ts';
import { seccompFilter } from './seccomp.ts';
import { readStatus } from './status.ts';
import { untilGone } from './until-gone.ts';
import { watchMemory } from './watch-memory.ts';

/** What the engine needs of the host; found by `findHost`. */
export interface BubblewrapHost {
  readonly programs: Programs;
  readonly root: HostRoot;
  readonly isRoot: boolean;
  readonly arch: string;
}

/**
 * Level process by bubblewrap: own pid, mount, network, ipc, uts and cgroup namespaces, a root made of only what
 * programs need, no network but an own loopback, an unprivileged user of the host, no capabilities, no new
 * privileges, a system call filter, resource limits. Every command has a cage of its own; only /workspace is shared.
 */
export function createBubblewrapEngine(host: BubblewrapHost): Engine {
  const filter = seccompFilter(host.arch);
  const { programs, root, isRoot } = host;
  return {
    name: 'bubblewrap',
    level: sandboxpb.Level.PROCESS,
    async version() {
      const { stdout } = await promisify(execFile)(programs.bwrap, ['--version'], { env: {} });
      return stdout.trim();
    },
    start(cage, command) {
      const args = bubblewrapArguments(cage, command, { programs, root, isRoot, seccomp: filter !== undefined });
      return startBubblewrap(programs.bwrap, args, cage, filter);
    },
  };
}

async function startBubblewrap(
  bwrap: string,
  args: string[],
  cage: Cage,
  filter: Uint8Array | undefined,
): Promise<Started> {
  const child = await startProcess(bwrap, args, {
    // Nothing of the service's environment, and nothing of the command's: bubblewrap may be root.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const files = etcFiles(cage.uid, cage.gid);
  const hand = (fd: number, data: string | Uint8Array): void => {
    const pipe = child.stdio[fd] as Writable;
    // A launcher that died has said why on stderr; that it did not read its files adds nothing.
    pipe.on('error', () => undefined);
    pipe.end(data);
  };
  hand(DATA_FDS.passwd, files.passwd);
  hand(DATA_FDS.group, files.group);
  hand(DATA_FDS.hosts, files.hosts);
  hand(DATA_FDS.seccomp, filter ?? '');

  const status = readStatus(child.stdio[STATUS_FD] as NodeJS.ReadableStream);
  let killed = false;
  // The end of the cage's first process is the end of all in it, and the launcher waits for that. The launcher itself
  // is not killed: a first process that it has only just made would not yet notice, and go on.
  const killFirstProcess = async (): Promise<void> => {
    const pid = await status.firstProcess;
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) sendKill(pid);
  };
  const kill = (): void => {
    killed = true;
    void killFirstProcess();
  };
  const memory = watchMemory(cage.limits.totalMemoryBytes, status.firstProcess, kill);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const ended = (async () => {
    await exited;
    memory.stop();
    const [pid, exitCode] = await Promise.all([status.firstProcess, status.exitCode]);
    if (pid !== undefined) await untilGone(pid);
    if (memory.exceeded()) return { exitCode: 137, signal: 'SIGKILL', notice: tooMuchMemory(cage) } as const;
    if (exitCode !== undefined) return endingOf(exitCode);
    if (killed) return { exitCode: 137, signal: 'SIGKILL' } as const;
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      'bubblewrap could not build the cage, and the command was not run. `holdfast doctor` tries it and says why.',
    );
  })();
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, kill, ended };
}

function tooMuchMemory(cage: Cage): string {
  const mib = Math.floor(cage.limits.totalMemoryBytes / 1024 / 1024);
  return `sandbox: killed: its processes held more than ${mib} MiB of memory together\n`;
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
