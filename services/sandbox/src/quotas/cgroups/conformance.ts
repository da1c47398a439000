import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { disksOf, ownDisks } from './disks.ts';
import type { Cgroup, Cgroups, Quotas } from './driver.ts';
import { unless } from './files.ts';
import { type DriverUnderTest, eventually, launch, openDriver } from './testing.ts';

const OWNER = fileURLToPath(new URL('testing-owner.ts', import.meta.url));
const MIB = 1024 * 1024;
const QUOTAS: Quotas = { memoryBytes: 64 * MIB, cpus: 1, pids: 32 };
const TMPFS = 0x01021994;

/**
 * What every driver of control groups promises, shown with real processes. It asserts by Node's own means, because it
 * also runs in a virtual machine that has nothing but Node.
 */
export function cgroupConformance(driver: DriverUnderTest): void {
  describe(`control groups, driver "${driver}" (SB-2)`, () => {
    const name = `holdfast-test-${randomUUID().slice(0, 8)}`;
    let cgroups: Cgroups;
    let reason: string | undefined;
    beforeAll(async () => {
      cgroups = await openDriver(driver, name);
      reason = cgroups.why;
    });
    afterAll(async () => {
      await cgroups.reap();
      if (reason === undefined) await expectNoGroup('.');
    });

    /** Every group made here, and all its traces, is gone when the test ends, however it ends. */
    const withGroup = (quotas: Quotas, body: (group: Cgroup) => Promise<void>): Promise<void> =>
      withGroups([quotas], ([group]) => body(group as Cgroup));
    const withGroups = async (
      all: readonly Quotas[],
      body: (groups: readonly Cgroup[]) => Promise<void>,
    ): Promise<void> => {
      const groups: Cgroup[] = [];
      try {
        for (const quotas of all) groups.push(await cgroups.create(randomUUID(), quotas));
        await body(groups);
      } finally {
        for (const group of groups) {
          await group.remove();
          for (const file of group.procsFiles) await assert.rejects(access(dirname(file)), /ENOENT/);
        }
      }
    };
    const expectNoGroup = async (id: string): Promise<void> => {
      const probe = await openDriver(driver, name);
      const group = await probe.create('probe', QUOTAS);
      const folders = group.procsFiles.map((file) => join(dirname(dirname(file)), id));
      await group.remove();
      await probe.reap();
      for (const folder of folders) await assert.rejects(access(folder), /ENOENT/);
    };
    const test = (title: string, body: () => Promise<void>): void => {
      it(title, async (ctx) => (reason === undefined ? body() : ctx.skip(reason)));
    };

    test('has nothing outside: a launched program is in the group in every hierarchy', () =>
      withGroup(QUOTAS, async (group) => {
        const child = launch(group, ['sh', '-c', 'sleep 1000 & wait']);
        await eventually(async () => (await group.pids()).length === 2);
        assert.ok((await group.pids()).includes(child.pid ?? 0));
        for (const file of group.procsFiles) {
          assert.equal((await readFile(file, 'utf8')).trim().split('\n').length, 2);
        }
        assert.equal((await group.usage()).pids, 2);
      }));

    test('moves a running process in', () =>
      withGroup(QUOTAS, async (group) => {
        const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
        await group.add(child.pid ?? 0);
        assert.deepEqual(await group.pids(), [child.pid]);
        await group.kill();
        assert.equal(child.signalCode ?? (await once(child, 'exit'))[1], 'SIGKILL');
        await assert.rejects(group.add(child.pid ?? 0), (error) => HoldfastError.has(error, 'UNAVAILABLE'));
      }));

    test('has the memory bomb killed by the kernel, and counts it', () =>
      withGroups([QUOTAS, QUOTAS], async ([group, neighbour]) => {
        if (!group || !neighbour) return;
        const bomb = launch(group, ['tail', '/dev/zero']);
        assert.deepEqual(await once(bomb, 'exit'), [null, 'SIGKILL']);
        const usage = await group.usage();
        assert.ok(usage.oomKills > 0);
        assert.ok(usage.memoryPeakBytes <= QUOTAS.memoryBytes);
        assert.ok(usage.memoryPeakBytes > QUOTAS.memoryBytes / 2);
        assert.equal((await neighbour.usage()).oomKills, 0);
      }));

    test('bounds the fork bomb, and kills all of it', () =>
      withGroup({ ...QUOTAS, cpus: 0.5 }, async (group) => {
        launch(group, ['sh', '-c', 'trap "" TERM HUP INT; b() { b | b & b; }; b']);
        await eventually(async () => {
          const { pids, forksRefused = 0 } = await group.usage();
          assert.ok(pids <= QUOTAS.pids);
          return forksRefused > 0;
        });
        await group.kill();
        assert.deepEqual(await group.pids(), []);
      }));

    test('holds a busy loop back to its share of CPU', () =>
      withGroup({ ...QUOTAS, cpus: 0.1 }, async (group) => {
        launch(group, ['sh', '-c', 'while :; do :; done']);
        await eventually(async () => (await group.usage()).throttledUs > 0);
        assert.ok((await group.usage()).cpuUs > 0);
      }));

    test('freezes, so that no process has any CPU time, and thaws', () =>
      withGroup(QUOTAS, async (group) => {
        const child = launch(group, ['sh', '-c', 'while :; do :; done']);
        await eventually(async () => (await group.usage()).cpuUs > 100_000);
        await group.freeze();
        const before = await cpuTicks(child.pid);
        await sleep(200);
        assert.equal(await cpuTicks(child.pid), before);
        await group.thaw();
        await eventually(async () => (await cpuTicks(child.pid)) > before);
      }));

    test('kills what is frozen', () =>
      withGroup(QUOTAS, async (group) => {
        const child = launch(group, ['sleep', '1000']);
        await eventually(async () => (await group.usage()).pids === 1);
        await group.freeze();
        await group.kill();
        assert.equal(child.signalCode ?? (await once(child, 'exit'))[1], 'SIGKILL');
      }));

    it('holds disk operations, and counts them', async (ctx) => {
      if (reason !== undefined) return ctx.skip(reason);
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
      try {
        if ((await statfs(folder)).type === TMPFS) return ctx.skip(`${tmpdir()} is in memory: set TMPDIR to a disk`);
        const quotas = {
          ...QUOTAS,
          diskReadIops: 500,
          diskWriteIops: 1000,
          diskBytesPerS: 100 * MIB,
          diskFolders: [folder],
        };
        await withGroup(quotas, async (group) => {
          const held = await throttles(group);
          for (const disk of [...(await ownDisks()), ...(await disksOf([folder]))]) {
            for (const limit of ['500', '1000', String(100 * MIB)])
              assert.match(held, new RegExp(`${disk} .*${limit}`));
          }
          const args = ['if=/dev/zero', `of=${join(folder, 'file')}`, 'bs=4096', 'count=20', 'oflag=direct'];
          assert.equal((await once(launch(group, ['dd', ...args]), 'exit'))[0], 0);
          const usage = await group.usage();
          assert.ok(usage.writeOps >= 20);
          assert.ok(usage.writtenBytes >= 20 * 4096);
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test('refuses a second group of the same id, and a name that is a path', () =>
      withGroup(QUOTAS, async (group) => {
        const id =
          dirname(group.procsFiles[0] ?? '')
            .split('/')
            .at(-1) ?? '';
        const child = launch(group, ['sleep', '1000']);
        await eventually(async () => (await group.usage()).pids === 1);
        await assert.rejects(cgroups.create(id, QUOTAS), (error) => HoldfastError.has(error, 'ALREADY_EXISTS'));
        assert.deepEqual(await group.pids(), [child.pid]);
        await assert.rejects(cgroups.create('../x', QUOTAS), (error) => HoldfastError.has(error, 'INVALID_ARGUMENT'));
      }));

    test('leaves nothing of a group whose quotas the kernel refuses', async () => {
      const refused = cgroups.create('refused', { ...QUOTAS, pids: -1 });
      await assert.rejects(refused, (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'));
      await expectNoGroup('refused');
    });

    test('finds and reaps what a service had left that was killed (killed-owner)', async () => {
      const ids = ['left-1', 'left-2', 'left-3'];
      const owner = spawn(process.execPath, [OWNER, driver, name, ...ids], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
      const pids = JSON.parse(line) as number[];
      owner.kill('SIGKILL');
      await once(owner, 'exit');

      await withGroup(QUOTAS, async (group) => {
        const live = launch(group, ['sleep', '1000']);
        await eventually(async () => (await group.usage()).pids === 1);
        assert.deepEqual((await cgroups.reap(new Set(['left-3']))).sort(), ['left-1', 'left-2']);
        assert.deepEqual(await Promise.all(pids.map(isRunning)), [false, false, true]);
        assert.deepEqual(await cgroups.reap(), ['left-3']);
        assert.deepEqual(await Promise.all(pids.map(isRunning)), [false, false, false]);
        assert.deepEqual(await group.pids(), [live.pid]);
      });
    });
  });
}

/** Clock ticks that a process has used. */
async function cpuTicks(pid: number | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** A process that has ended and waits for its parent does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await unless(['ENOENT', 'ESRCH'], readFile(`/proc/${pid}/stat`, 'utf8'), ') Z ');
  return stat.split(') ')[1]?.startsWith('Z') === false;
}

/** The kernel's own files that hold the disk limits of a group, one after the other. */
async function throttles(group: Cgroup): Promise<string> {
  const ways = ['read', 'write'].flatMap((way) =>
    ['iops', 'bps'].map((what) => `blkio.throttle.${way}_${what}_device`),
  );
  const paths = group.procsFiles.flatMap((file) => ['io.max', ...ways].map((setting) => join(dirname(file), setting)));
  return (await Promise.all(paths.map((path) => unless(['ENOENT'], readFile(path, 'utf8'), '')))).join('\n');
}
