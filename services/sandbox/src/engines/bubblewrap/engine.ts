import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { connectAgent } from '../../agent/connect.ts';
import { startProcess } from '../../execute/spawn.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { keepComplaint } from '../process/complaint.ts';
import { processBox, spareAgent } from '../process/process-box.ts';
import { bubblewrapArguments, DATA_FDS, etcFiles, INSIDE, type Root, STATUS_FD } from './arguments.ts';
import { findBubblewrap, hostRoot, templateRoot } from './find-host.ts';
import { seccompFilter } from './seccomp.ts';
import { readStatus } from './status.ts';

/** What the engine needs of the host. */
export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
}

/**
 * Level process by bubblewrap: own pid, mount, network, ipc, uts and cgroup namespaces, a root made of only what
 * programs need, no network but an own loopback, users that are nobody's on the host, no capabilities over anything but
 * the box's own files, no new privileges, a system call filter.
 * Throws SANDBOX_UNAVAILABLE with what to do where something is missing.
 */
export async function createBubblewrapEngine(platform: Platform): Promise<Engine> {
  const bwrap = await findBubblewrap(platform.os);
  const agent = agentBinary(platform.arch);
  const filter = seccompFilter(platform.arch);
  const host = await hostRoot();
  return {
    name: 'bubblewrap',
    level: sandboxpb.Level.PROCESS,
    wantsHome: true,
    async version() {
      const { stdout } = await promisify(execFile)(bwrap, ['--version'], { env: {} });
      return stdout.trim();
    },
    async create(spec) {
      const root = spec.rootfs === undefined ? host : await templateRoot(spec.rootfs);
      const args = bubblewrapArguments(spec, { agent, root, isRoot: platform.isRoot, seccomp: filter !== undefined });
      return startBox([bwrap, ...args], { spec, agent, filter, isRoot: platform.isRoot });
    },
    // Every box dies with the service: the launcher is told to, and the agent when its link is closed.
    reap: async () => 0,
  };
}

async function startBox(
  launcher: readonly [string, ...string[]],
  parts: { spec: BoxSpec; agent: string; filter: Uint8Array | undefined; isRoot: boolean; root?: Root },
): Promise<Box> {
  const { spec, agent, filter, isRoot } = parts;
  const [program, ...args] = enterCgroup(agent, spec, launcher);
  const child = await startProcess(program, args, {
    // Nothing of the service's environment: bubblewrap may be root.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const complaint = keepComplaint(child.stderr);
  const files = etcFiles();
  hand(child, DATA_FDS.passwd, files.passwd);
  hand(child, DATA_FDS.group, files.group);
  hand(child, DATA_FDS.hosts, files.hosts);
  hand(child, DATA_FDS.seccomp, filter ?? '');
  const status = readStatus(child.stdio[STATUS_FD] as Readable);
  const users = { user: INSIDE.user, ...(isRoot && spec.owners.root ? { root: INSIDE.root } : {}) };
  try {
    const connected = await connectAgent({ readable: child.stdout, writable: child.stdin }, users);
    const firstProcess = await status.firstProcess;
    if (firstProcess === undefined) throw new HoldfastError('SANDBOX_UNAVAILABLE', 'Its first process is not known.');
    await spareAgent(firstProcess);
    return processBox({ agent: connected, child, firstProcess, ...(spec.cgroup ? { cgroup: spec.cgroup } : {}) });
  } catch (error) {
    child.kill('SIGKILL');
    await spec.cgroup?.kill();
    const said = await complaint;
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `bubblewrap could not build the cage, and nothing was run. ${said === '' ? '' : `It said: ${said} `}\`holdfast doctor\` tries it and says why.`,
      { cause: error },
    );
  }
}

/** A launcher that joins the control groups before anything else, so that nothing of the box is ever outside. */
function enterCgroup(agent: string, spec: BoxSpec, launcher: readonly [string, ...string[]]): [string, ...string[]] {
  const [first, ...rest] = spec.wrap?.(launcher) ?? launcher;
  const wrapped: [string, ...string[]] = [first ?? launcher[0], ...rest];
  return spec.cgroup ? [agent, 'enter', ...spec.cgroup.procsFiles, '--', ...wrapped] : wrapped;
}

function hand(child: ChildProcess, fd: number, data: string | Uint8Array): void {
  const pipe = child.stdio[fd] as Writable;
  // A launcher that died has said why on stderr; that it did not read its files adds nothing.
  pipe.on('error', () => undefined);
  pipe.end(data);
}
