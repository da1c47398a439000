import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Branches } from './branch.ts';
import { detectHierarchies } from './detect.ts';
import { type Cgroup, type Cgroups, openCgroups } from './driver.ts';
import { noCgroups } from './none.ts';
import { openParent } from './parent.ts';
import { v1Alone } from './v1.ts';
import { unifiedBranch } from './v2.ts';

/** The drivers that the tests open: what the service gets on this host, and each version by itself. */
export type DriverUnderTest = 'host' | 'v1' | 'v2';

/** Opens one of them; `none` says why this machine cannot have it. */
export async function openDriver(driver: DriverUnderTest, name: string): Promise<Cgroups> {
  if (driver === 'host') return openCgroups({ name });
  const branches = await branchesOf(driver, name);
  return 'why' in branches ? noCgroups(branches.why) : openParent(branches.kind, branches.list);
}

async function branchesOf(driver: 'v1' | 'v2', name: string): Promise<Branches> {
  const { v1, unified } = await detectHierarchies();
  if (driver === 'v1') return v1Alone(v1, name);
  if (!unified) return { why: 'No unified hierarchy is mounted.' };
  const branch = await unifiedBranch(unified, name, ['cpu', 'memory', 'pids']);
  return 'why' in branch ? branch : { kind: 'v2', list: [branch] };
}

/** Starts a program the way a launcher does: it is in the group before it is executed. */
export function launch(group: Cgroup, argv: readonly string[]): ChildProcess {
  const script = 'while [ "$1" != -- ]; do echo 0 >"$1"; shift; done; shift; exec "$@"';
  return spawn('sh', ['-c', script, 'launch', ...group.procsFiles, '--', ...argv], { stdio: 'ignore', detached: true });
}

/** Waits until it is so; the test's own time-out is the bound. */
export async function eventually(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
