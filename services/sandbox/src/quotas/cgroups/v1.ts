import { join } from 'node:path';

import { type Branch, type Branches, findBase, type Freezer, makeGroup, type Setting } from './branch.ts';
import type { Hierarchies } from './detect.ts';
import type { Quotas, Usage } from './driver.ts';
import { readKernel, readKeyed } from './files.ts';

/** The time in which a group may use its share of CPU, microseconds. The kernel's default. */
const PERIOD_US = 100_000;

/** Limits nothing. A disk counts no operations of any group before one group has a rule for it. */
const COUNT_ONLY = 4_294_967_294;

interface Controller {
  settings(quotas: Quotas, disks: readonly string[]): readonly Setting[];
  usage(folder: string): Partial<Usage>;
}

/**
 * The controllers of v1, each as it is in a hierarchy of its own.
 *
 * blkio holds and counts what a process does to a disk itself: reads, and direct or synchronous writes. What is
 * written through the page cache is written back later by a thread of the kernel, in nobody's name, and
 * is neither held nor counted; v2 does both. What is read through a mounted image may count twice, for the image and
 * for the disk that it lies on.
 */
export const V1_CONTROLLERS: Readonly<Record<string, Controller>> = {
  cpu: {
    settings: ({ cpus }) => [
      { file: 'cpu.cfs_period_us', value: String(PERIOD_US) },
      { file: 'cpu.cfs_quota_us', value: String(Math.round(cpus * PERIOD_US)) },
    ],
    usage: (folder) => {
      const { throttled_time: ns = 0 } = readKeyed(join(folder, 'cpu.stat'));
      return { throttledUs: Math.round(ns / 1000) };
    },
  },
  cpuacct: {
    settings: () => [],
    usage: (folder) => ({ cpuUs: Math.round(Number(readKernel(join(folder, 'cpuacct.usage'))) / 1000) }),
  },
  memory: {
    settings: ({ memoryBytes }) => [
      { file: 'memory.limit_in_bytes', value: String(memoryBytes) },
      // Memory and swap together: the same, so no swap. Absent where the kernel does not account for swap.
      { file: 'memory.memsw.limit_in_bytes', value: String(memoryBytes), optional: true },
      { file: 'memory.swappiness', value: '0', optional: true },
    ],
    usage: (folder) => ({
      memoryBytes: Number(readKernel(join(folder, 'memory.usage_in_bytes'))),
      memoryPeakBytes: Number(readKernel(join(folder, 'memory.max_usage_in_bytes'))),
      oomKills: readKeyed(join(folder, 'memory.oom_control'))['oom_kill'] ?? 0,
    }),
  },
  pids: {
    settings: ({ pids }) => [{ file: 'pids.max', value: String(pids) }],
    usage: readPids,
  },
  blkio: {
    settings: ({ diskReadIops, diskWriteIops, diskBytesPerS }, disks) =>
      disks.flatMap((disk) => [
        { file: 'blkio.throttle.read_iops_device', value: `${disk} ${diskReadIops ?? COUNT_ONLY}` },
        ...(diskWriteIops === undefined
          ? []
          : [{ file: 'blkio.throttle.write_iops_device', value: `${disk} ${diskWriteIops}` }]),
        ...(diskBytesPerS === undefined
          ? []
          : ['read', 'write'].map((way) => ({
              file: `blkio.throttle.${way}_bps_device`,
              value: `${disk} ${diskBytesPerS}`,
            }))),
      ]),
    usage: (folder) => {
      const [bytes, operations] = ['service_bytes', 'serviced'].map((what) =>
        parseThrottleCounts(readKernel(join(folder, `blkio.throttle.io_${what}_recursive`))),
      );
      return {
        readBytes: bytes?.read ?? 0,
        writtenBytes: bytes?.write ?? 0,
        readOps: operations?.read ?? 0,
        writeOps: operations?.write ?? 0,
      };
    },
  },
  freezer: { settings: () => [], usage: () => ({}) },
};

const V1_FREEZER: Freezer = {
  file: 'freezer.state',
  frozen: 'FROZEN',
  thawed: 'THAWED',
  isFrozen: (folder) => readKernel(join(folder, 'freezer.state')) === 'FROZEN',
};

/** Lines `8:0 Read 5`, of all disks together. */
export function parseThrottleCounts(text: string): { read: number; write: number } {
  const sum = (kind: string): number =>
    text
      .split('\n')
      .map((line) => line.split(' '))
      .reduce((total, [, name, count]) => (name === kind ? total + Number(count) : total), 0);
  return { read: sum('Read'), write: sum('Write') };
}

/** The same files in v1 and v2. */
export function readPids(folder: string): Partial<Usage> {
  return {
    pids: Number(readKernel(join(folder, 'pids.current'))),
    forksRefused: readKeyed(join(folder, 'pids.events'))['max'] ?? 0,
  };
}

/** v1 alone: freezing and CPU time need a controller of their own. */
export async function v1Alone(v1: Hierarchies['v1'], name: string): Promise<Branches> {
  const branches = await v1Branches(v1, name, ['cpu', 'cpuacct', 'memory', 'pids', 'freezer']);
  return 'why' in branches ? branches : { kind: 'v1', list: branches };
}

/** A branch for each hierarchy that has one of the `needed` controllers, and for blkio where it is mounted. */
export async function v1Branches(
  v1: Hierarchies['v1'],
  name: string,
  needed: readonly string[],
): Promise<readonly Branch[] | { readonly why: string }> {
  const folders = new Map<string, string[]>();
  for (const controller of [...needed, 'blkio']) {
    const hierarchy = v1.get(controller);
    const base = hierarchy && (await findBase(hierarchy));
    if (base) folders.set(base, [...(folders.get(base) ?? []), controller]);
    else if (needed.includes(controller)) return { why: whyNot(controller, hierarchy?.mount) };
  }
  // Several controllers may share one hierarchy, such as cpu and cpuacct.
  return [...folders].map(([base, controllers]) => v1Branch(base, name, controllers));
}

function v1Branch(base: string, name: string, names: readonly string[]): Branch {
  const parent = join(base, name);
  const controllers = names.flatMap((controller) => V1_CONTROLLERS[controller] ?? []);
  return {
    parent,
    isUnified: false,
    ...(names.includes('freezer') ? { freezer: V1_FREEZER } : {}),
    holdsDisks: names.includes('blkio'),
    prepare: () => makeGroup(parent),
    settings: (quotas, disks) => controllers.flatMap((controller) => controller.settings(quotas, disks)),
    usage: (folder) =>
      Object.assign({}, ...controllers.map((controller) => controller.usage(folder))) as Partial<Usage>,
  };
}

function whyNot(controller: string, mount: string | undefined): string {
  return mount === undefined
    ? `The cgroup v1 controller "${controller}" is not mounted on this host. Mount it, or boot with cgroup v2.`
    : `This user may not make control groups in ${mount} (cgroup v1). Run the service as root, or boot with cgroup v2 and delegate a group to it.`;
}
