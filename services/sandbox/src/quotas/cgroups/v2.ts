import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { type Branch, findBase, type Freezer, makeGroup, type Setting } from './branch.ts';
import type { Hierarchy } from './detect.ts';
import type { Quotas, Usage } from './driver.ts';
import { errnoOf, orElse, readKernel, readKeyed, unless, writeKernel } from './files.ts';
import { readPids } from './v1.ts';

/** The time in which a group may use its share of CPU, microseconds. The kernel's default. */
const PERIOD_US = 100_000;

interface Controller {
  settings(quotas: Quotas, disks: readonly string[]): readonly Setting[];
  usage(folder: string): Partial<Usage>;
}

/** The controllers of v2. */
export const V2_CONTROLLERS: Readonly<Record<string, Controller>> = {
  cpu: {
    settings: ({ cpus }) => [{ file: 'cpu.max', value: `${Math.round(cpus * PERIOD_US)} ${PERIOD_US}` }],
    usage: (folder) => ({ throttledUs: readKeyed(join(folder, 'cpu.stat'))['throttled_usec'] ?? 0 }),
  },
  memory: {
    settings: ({ memoryBytes }) => [
      { file: 'memory.max', value: String(memoryBytes) },
      { file: 'memory.swap.max', value: '0', optional: true },
    ],
    usage: (folder) => {
      const memoryBytes = Number(readKernel(join(folder, 'memory.current')));
      return {
        memoryBytes,
        // Since Linux 5.19.
        memoryPeakBytes: Math.max(
          memoryBytes,
          Number(orElse(['ENOENT'], () => readKernel(join(folder, 'memory.peak')), '0')),
        ),
        oomKills: readKeyed(join(folder, 'memory.events'))['oom_kill'] ?? 0,
      };
    },
  },
  pids: { settings: ({ pids }) => [{ file: 'pids.max', value: String(pids) }], usage: readPids },
  io: {
    settings: (quotas, disks) => {
      const limits = ioLimits(quotas);
      return limits === '' ? [] : disks.map((disk) => ({ file: 'io.max', value: `${disk} ${limits}` }));
    },
    usage: (folder) => parseIoStat(readKernel(join(folder, 'io.stat'))),
  },
};

const V2_FREEZER: Freezer = {
  file: 'cgroup.freeze',
  frozen: '1',
  thawed: '0',
  isFrozen: (folder) => readKeyed(join(folder, 'cgroup.events'))['frozen'] === 1,
};

/** Lines `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`, of all disks together. */
export function parseIoStat(text: string): Partial<Usage> {
  const sum = (key: string): number =>
    [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, 'g'))].reduce((total, [, count]) => total + Number(count), 0);
  return { readBytes: sum('rbytes'), writtenBytes: sum('wbytes'), readOps: sum('rios'), writeOps: sum('wios') };
}

/**
 * The branch in the unified hierarchy with the `needed` controllers, and `io` where it is to be had. With none needed
 * it still kills, freezes, counts CPU time and gives the group its id.
 */
export async function unifiedBranch(
  hierarchy: Hierarchy,
  name: string,
  needed: readonly string[],
): Promise<Branch | { readonly why: string }> {
  const base = await findBase(hierarchy);
  if (!base) {
    return {
      why: `This user may not make control groups in ${hierarchy.mount} (cgroup v2). Run the service as root, or as a systemd unit with Delegate=yes.`,
    };
  }
  const offered = controllersOf(base, 'cgroup.controllers');
  const missing = needed.filter((controller) => !offered.includes(controller));
  if (missing.length > 0) {
    return {
      why: `The cgroup v2 controllers ${missing.join(', ')} are not available in ${base}. Enable them in the groups above (cgroup.subtree_control; Delegate=yes in systemd), or at boot (cgroup_enable=memory).`,
    };
  }
  const names = [...needed, ...(needed.length > 0 && offered.includes('io') ? ['io'] : [])];
  const branch = makeBranch(base, name, names);
  await branch.prepare();
  const canFreeze = await unless(
    ['ENOENT'],
    access(join(branch.parent, 'cgroup.freeze'), constants.W_OK).then(() => true),
    false,
  );
  return canFreeze ? branch : { why: 'The kernel cannot freeze groups of cgroup v2: it is older than Linux 5.2.' };
}

function makeBranch(base: string, name: string, names: readonly string[]): Branch {
  const parent = join(base, name);
  const controllers = names.flatMap((controller) => V2_CONTROLLERS[controller] ?? []);
  return {
    parent,
    isUnified: true,
    freezer: V2_FREEZER,
    holdsDisks: names.includes('io'),
    prepare: async () => {
      await enable(base, names, join(base, `${name}-service`));
      await makeGroup(parent);
      await enable(parent, names);
    },
    settings: (quotas, disks) => controllers.flatMap((controller) => controller.settings(quotas, disks)),
    usage: (folder) => {
      const cpuUs = readKeyed(join(folder, 'cpu.stat'))['usage_usec'] ?? 0;
      return Object.assign({ cpuUs }, ...controllers.map((controller) => controller.usage(folder))) as Partial<Usage>;
    },
  };
}

/**
 * Gives the children of a group their controllers. A group whose children have some may hold no process itself, unless
 * it is the top of the whole host: in a container or a delegated unit this service's own processes are moved to `leaf`.
 */
async function enable(folder: string, names: readonly string[], leaf?: string): Promise<void> {
  const enabled = controllersOf(folder, 'cgroup.subtree_control');
  const wanted = names.filter((controller) => !enabled.includes(controller)).map((controller) => `+${controller}`);
  if (wanted.length === 0) return;
  const control = join(folder, 'cgroup.subtree_control');
  try {
    await writeKernel(control, wanted.join(' '));
  } catch (error) {
    if (errnoOf(error) !== 'EBUSY' || leaf === undefined) throw error;
    await makeGroup(leaf);
    for (const pid of readKernel(join(folder, 'cgroup.procs')).split('\n').filter(Boolean)) {
      await unless(['ESRCH'], writeKernel(join(leaf, 'cgroup.procs'), pid), undefined);
    }
    await writeKernel(control, wanted.join(' '));
  }
}

function controllersOf(folder: string, file: string): string[] {
  return readKernel(join(folder, file)).split(' ').filter(Boolean);
}

function ioLimits({ diskReadIops, diskWriteIops, diskBytesPerS }: Quotas): string {
  const limits = { riops: diskReadIops, wiops: diskWriteIops, rbps: diskBytesPerS, wbps: diskBytesPerS };
  return Object.entries(limits)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    .join(' ');
}
