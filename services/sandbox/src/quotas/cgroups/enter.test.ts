import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { agentBinary } from '../../agent/binary.ts';
import type { Cgroup, Cgroups } from './driver.ts';
import { type DriverUnderTest, eventually, openDriver } from './testing.ts';

const QUOTAS = { memoryBytes: 64 * 1024 * 1024, cpus: 1, pids: 32 };
const SCRIPT = 'sleep 1000 & wait';

describe.each<DriverUnderTest>(['host', 'v1'])('agent enter, groups of driver "%s" (SB-2)', (driver) => {
  let cgroups: Cgroups;
  let group: Cgroup | undefined;
  beforeEach(async () => {
    cgroups = await openDriver(driver, `holdfast-enter-${process.pid}`);
    group = cgroups.kind === 'none' ? undefined : await cgroups.create('entered', QUOTAS);
  });
  afterEach(async () => {
    await group?.remove();
    await cgroups.reap();
  });

  const enter = async (into: Cgroup): Promise<ChildProcess> => {
    const argv = ['enter', ...into.enterArguments, '--', '/bin/sh', '-c', SCRIPT];
    const child = spawn(agentBinary(process.arch), argv, { stdio: 'ignore' });
    await eventually(async () => (await into.pids()).length === 2);
    return child;
  };

  it('has the program begin in the group, in every hierarchy, and ends with it', async (ctx) => {
    if (!group) return ctx.skip(cgroups.why);
    const child = await enter(group);
    for (const file of group.procsFiles) {
      expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
    }
    const exited = once(child, 'exit');
    await group.kill();
    // Of its child it tells the code, of itself the kernel tells the signal.
    expect([
      [137, null],
      [null, 'SIGKILL'],
    ]).toContainEqual(await exited);
  });

  it('takes the program along when it is killed', async (ctx) => {
    if (!group) return ctx.skip(cgroups.why);
    const child = await enter(group);
    const before = await group.pids();
    child.kill('SIGKILL');
    // The shell goes; what it had started is killed by the group's own end.
    await eventually(async () => (await (group as Cgroup).pids()).length < before.length);
  });
});
