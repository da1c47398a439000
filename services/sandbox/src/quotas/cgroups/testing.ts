import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { detectHierarchies } from './detect.ts';
import { type Cgroup, type Cgroups, openCgroups } from './driver.ts';
import { noCgroups } from './none.ts';
import { openParent } from './parent.ts';
import { v1Alone } from './v1.ts';

/** The drivers that the tests open: what the service gets on this host, and v1 without the unified group beside it. */
export type DriverUnderTest = 'host' | 'v1';

/** Opens one of them; `none` says why this machine cannot have it. */
export async function openDriver(driver: DriverUnderTest, name: string): Promise<Cgroups> {
  if (driver === 'host') return openCgroups({ name });
  const branches = await v1Alone((await detectHierarchies()).v1, name);
  return 'why' in branches ? noCgroups(branches.why) : openParent(branches.kind, branches.list);
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
