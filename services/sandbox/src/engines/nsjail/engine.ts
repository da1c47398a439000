import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { findProgram } from '../../host/find-program.ts';
import { instructions } from '../../host/instructions.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { firstProcessBelow } from '../process/first-process.ts';
import { mountPlan } from '../process/mount-plan.ts';
import type { ProcessPlatform } from '../process/platform.ts';
import { restoreBox } from '../process/restore-box.ts';
import { hostRoot, templateRoot } from '../process/root.ts';
import { seccompFilter } from '../process/seccomp.ts';
import { startBox } from '../process/start-box.ts';
import { nsjailConfiguration } from './configuration.ts';

const CONFIGURATION_FD = 4;

/** What the engine needs of the host; the ids are the service's own. */
export interface NsjailPlatform extends ProcessPlatform {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Level process by nsjail, where it is installed: the same walls as by bubblewrap.
 * Throws SANDBOX_UNAVAILABLE with what to do where it is not there.
 */
export async function createNsjailEngine(platform: NsjailPlatform): Promise<Engine> {
  if (platform.os !== 'linux') throw new HoldfastError('SANDBOX_UNAVAILABLE', instructions(platform.os));
  const nsjail = await findProgram('nsjail');
  if (nsjail === undefined) {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      'Not found on this host: nsjail. No Debian package has it; bubblewrap, or namespaces alone, do the same.',
    );
  }
  const { isRoot } = platform;
  const agent = agentBinary(platform.arch);
  const filter = seccompFilter(platform.arch);
  const host = await hostRoot();
  const create = async (spec: BoxSpec): Promise<Box> => {
    const plan = mountPlan(spec, spec.rootfs === undefined ? host : await templateRoot(spec.rootfs), agent);
    const configuration = nsjailConfiguration(spec, plan, { ...platform, filter: filter !== undefined });
    return startBox({
      name: 'nsjail',
      argv: [nsjail, '--config', `/proc/self/fd/${CONFIGURATION_FD}`],
      spec,
      agent,
      isRoot,
      descriptors: [filter ?? '', JSON.stringify(configuration)],
      firstProcess: async ({ pid }) => (pid === undefined ? undefined : firstProcessBelow(pid)),
    });
  };
  return {
    name: 'nsjail',
    level: sandboxpb.Level.PROCESS,
    wantsHome: true,
    mountsFolders: true,
    // It has no option that tells its version.
    version: async () => `nsjail at ${nsjail}`,
    create,
    restore: (folder, spec) => restoreBox(create, folder, spec),
    // Every box dies with the service: the agent ends with its link, and nsjail with the agent.
    reap: async () => 0,
  };
}
