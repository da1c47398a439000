import { execFile } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { findProgram } from '../../host/find-program.ts';
import { instructions } from '../../host/instructions.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { mountPlan } from '../process/mount-plan.ts';
import type { ProcessPlatform } from '../process/platform.ts';
import { restoreBox } from '../process/restore-box.ts';
import { hostRoot, templateRoot } from '../process/root.ts';
import { seccompFilter } from '../process/seccomp.ts';
import { startBox } from '../process/start-box.ts';
import { bubblewrapArguments, STATUS_FD } from './arguments.ts';
import { readStatus } from './status.ts';

/**
 * Level process by bubblewrap: own pid, mount, network, ipc, uts and cgroup namespaces, a root made of only what
 * programs need, no network but an own loopback, users that are nobody's on the host, no capabilities over anything but
 * the box's own files, no new privileges, a system call filter.
 * Throws SANDBOX_UNAVAILABLE with what to do where something is missing.
 */
export async function createBubblewrapEngine(platform: ProcessPlatform): Promise<Engine> {
  const bwrap = await findBubblewrap(platform.os);
  const { isRoot } = platform;
  const agent = agentBinary(platform.arch);
  const filter = seccompFilter(platform.arch);
  const host = await hostRoot();
  const create = async (spec: BoxSpec): Promise<Box> => {
    const plan = mountPlan(spec, spec.rootfs === undefined ? host : await templateRoot(spec.rootfs), agent);
    return startBox({
      name: 'bubblewrap',
      argv: [bwrap, ...bubblewrapArguments(spec, plan, { isRoot, filter: filter !== undefined })],
      spec,
      agent,
      isRoot,
      descriptors: [undefined, filter ?? ''],
      firstProcess: (child) => readStatus(child.stdio[STATUS_FD] as Readable).firstProcess,
    });
  };
  return {
    name: 'bubblewrap',
    level: sandboxpb.Level.PROCESS,
    wantsHome: true,
    mountsFolders: true,
    async version() {
      const { stdout } = await promisify(execFile)(bwrap, ['--version'], { env: {} });
      return stdout.trim();
    },
    create,
    restore: (folder, spec) => restoreBox(create, folder, spec),
    // Every box dies with the service: the launcher is told to, and the agent when its link is closed.
    reap: async () => 0,
  };
}

async function findBubblewrap(os: NodeJS.Platform): Promise<string> {
  if (os !== 'linux') throw new HoldfastError('SANDBOX_UNAVAILABLE', instructions(os));
  const found = await findProgram('bwrap');
  if (found !== undefined) return found;
  throw new HoldfastError('SANDBOX_UNAVAILABLE', `Not found on this host: bwrap. ${instructions('linux')}`);
}
