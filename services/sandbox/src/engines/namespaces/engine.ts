import { release } from 'node:os';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { instructions } from '../../host/instructions.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { serveArguments } from '../process/inside.ts';
import { mountPlan } from '../process/mount-plan.ts';
import type { ProcessPlatform } from '../process/platform.ts';
import { restoreBox } from '../process/restore-box.ts';
import { hostRoot, templateRoot } from '../process/root.ts';
import { seccompFilter } from '../process/seccomp.ts';
import { startBox } from '../process/start-box.ts';
import { planRecords } from './plan-records.ts';

const REPORT_FD = 3;
const FILTER_FD = 4;
const PLAN_FD = 5;

/**
 * Level process by the kernel's namespaces alone: the agent itself makes the cage that it then serves. The same walls as
 * by bubblewrap, with nothing to install; Linux 5.12 or later.
 * Throws SANDBOX_UNAVAILABLE with what to do where the platform is another one.
 */
export async function createNamespacesEngine(platform: ProcessPlatform): Promise<Engine> {
  if (platform.os !== 'linux') throw new HoldfastError('SANDBOX_UNAVAILABLE', instructions(platform.os));
  const { isRoot } = platform;
  const agent = agentBinary(platform.arch);
  const filter = seccompFilter(platform.arch);
  const host = await hostRoot();
  const create = async (spec: BoxSpec): Promise<Box> => {
    const plan = mountPlan(spec, spec.rootfs === undefined ? host : await templateRoot(spec.rootfs), agent);
    return startBox({
      name: 'The agent',
      argv: [
        agent,
        'cage',
        ...(isRoot ? [] : ['--own-user']),
        ...[PLAN_FD, REPORT_FD, filter ? FILTER_FD : 0].map(String),
        '--',
        ...serveArguments(spec, isRoot, filter ? FILTER_FD : undefined),
      ],
      spec,
      agent,
      isRoot,
      descriptors: [undefined, filter ?? '', await planRecords(plan)],
      firstProcess: async (child) => Number(await text(child.stdio[REPORT_FD] as Readable)) || undefined,
    });
  };
  return {
    name: 'namespaces',
    level: sandboxpb.Level.PROCESS,
    wantsHome: true,
    mountsFolders: true,
    async version() {
      return `namespaces of Linux ${release()}`;
    },
    create,
    restore: (folder, spec) => restoreBox(create, folder, spec),
    // Every box dies with the service: the launcher is told to, and the agent when its link is closed.
    reap: async () => 0,
  };
}
