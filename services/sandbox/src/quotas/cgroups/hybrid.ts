import type { Branches } from './branch.ts';
import type { Hierarchies } from './detect.ts';
import { v1Alone, v1Branches } from './v1.ts';
import { unifiedBranch } from './v2.ts';

const NEEDED = ['cpu', 'memory', 'pids'];

/**
 * The branches that fit a host, controller by controller: a controller is either in v1 or in the unified hierarchy,
 * never in both. Where v1 has controllers, each sandbox still gets a unified group beside them, which kills and
 * freezes better than v1 can, counts CPU time, and has the id that eBPF filters on.
 */
export async function chooseBranches({ v1, unified }: Hierarchies, name: string): Promise<Branches> {
  const inV1 = NEEDED.filter((controller) => v1.has(controller));
  if (!unified) {
    return v1.size > 0
      ? v1Alone(v1, name)
      : { why: 'No cgroup hierarchy is mounted: mount cgroup2 at /sys/fs/cgroup.' };
  }
  const inUnified = NEEDED.filter((controller) => !v1.has(controller));
  const branch = await unifiedBranch(unified, name, inUnified);
  if ('why' in branch) return inUnified.length === 0 ? v1Alone(v1, name) : branch;
  if (inV1.length === 0) return { kind: 'v2', list: [branch] };
  const branches = await v1Branches(v1, name, inV1);
  return 'why' in branches ? branches : { kind: 'hybrid', list: [...branches, branch] };
}
