import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Hierarchy, parseHierarchies } from '../../quotas/cgroups/detect.ts';
import type { Usage } from '../../quotas/cgroups/driver.ts';
import { readKeyed } from '../../quotas/cgroups/files.ts';
import { V1_CONTROLLERS } from '../../quotas/cgroups/v1.ts';
import { V2_CONTROLLERS } from '../../quotas/cgroups/v2.ts';

const COUNTED = ['cpu', 'cpuacct', 'memory', 'pids', 'blkio', 'io'];

const NOTHING: Usage = {
  cpuUs: 0,
  memoryBytes: 0,
  memoryPeakBytes: 0,
  pids: 0,
  readBytes: 0,
  writtenBytes: 0,
  readOps: 0,
  writeOps: 0,
  throttledUs: 0,
  oomKills: 0,
};

/**
 * What the control groups say that the engine has put a process in. The engines' own statistics take longer, differ
 * between them, and do not count what the kernel killed.
 */
export async function usageOfGroupsOf(pid: number): Promise<Usage> {
  const [groups, mounts] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8'),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  const { v1, unified } = parseHierarchies(groups, mounts);
  const folder = ({ mount, own }: Hierarchy): string => join(mount, ...own);
  const parts: Partial<Usage>[] = [];
  if (unified) parts.push({ cpuUs: readKeyed(join(folder(unified), 'cpu.stat'))['usage_usec'] ?? 0 });
  for (const name of COUNTED) {
    const old = v1.get(name);
    if (old) parts.push(V1_CONTROLLERS[name]?.usage(folder(old)) ?? {});
    else if (unified && v1.size === 0) parts.push(V2_CONTROLLERS[name]?.usage(folder(unified)) ?? {});
  }
  return Object.assign({}, NOTHING, ...parts) as Usage;
}
