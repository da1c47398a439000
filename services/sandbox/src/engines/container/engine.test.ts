import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openCgroups } from '../../quotas/cgroups/driver.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { boxesWithFolder } from './box-folder.ts';
import { startTestDaemon, type TestDaemon, whyNoDaemon } from './testing.ts';
import { shell, TEST_OWNERS, testEngine, testSpec, testWorkspace } from './testing-box.ts';
import { tracesOf } from './testing-traces.ts';

for (const product of ['docker', 'podman'] as const) {
  const reason = await whyNoDaemon(product);
  if (reason !== undefined) {
    it(`${product} (SB-1)`, (ctx) => ctx.skip(reason));
    continue;
  }

  describe(product, () => {
    let daemon: TestDaemon;
    let engine: Engine;
    const boxes: Box[] = [];
    const open = async (changes: Partial<BoxSpec> = {}): Promise<Box> => {
      const box = await engine.create(testSpec(changes));
      boxes.push(box);
      return box;
    };
    const boxFolders = (): Promise<string[]> => boxesWithFolder(join(daemon.folder, 'boxes'));

    beforeAll(async () => {
      daemon = await startTestDaemon(product);
      engine = testEngine(daemon);
    });
    afterEach(async () => {
      await Promise.all(boxes.splice(0).map((box) => box.destroy()));
      expect(await boxFolders(), 'folders left behind').toEqual([]);
      const gone = async (): Promise<string[]> =>
        (await tracesOf(daemon.folder)).filter((text) => text.includes('conmon') || text.includes('shim'));
      await expect.poll(gone, { timeout: 10_000, message: 'processes left behind' }).toEqual([]);
      expect(await engine.reap(), 'containers left behind').toBe(0);
    });
    afterAll(async () => {
      await daemon.stop();
      expect(await tracesOf(daemon.folder)).toEqual([]);
    });

    it('says what it is (SB-1)', async () => {
      expect(engine).toMatchObject({ name: product, level: sandboxpb.Level.CONTAINER });
      expect((await engine.version()).toLowerCase()).toMatch(new RegExp(`^${product} \\d`));
    });

    it('runs commands as `user` and as `root`, neither of which is a user of the host (SB-1)', async () => {
      const box = await open();
      const who =
        'id -u; whoami; echo "$(grep -E "^(CapInh|CapPrm|CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status)"';
      for (const user of ['user', 'root'] as const) {
        const { stdout } = await shell(box, who, user);
        expect(stdout.split('\n').slice(0, 2)).toEqual([String(TEST_OWNERS[user].uid), user]);
        for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd'])
          expect(stdout).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'));
        expect(stdout).toMatch(/^NoNewPrivs:\t1$/m);
        expect(stdout).toMatch(/^Seccomp:\t2$/m);
      }
    });

    it('has one user where only one is given', async () => {
      const box = await open({ owners: { user: TEST_OWNERS.user } });
      await expect(shell(box, 'true', 'root')).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'FAILED_PRECONDITION'),
      );
    });

    it('gives `root` a new agent when its own was ended', async () => {
      const box = await open();
      await expect(shell(box, 'sleep 0.2; kill -9 -1', 'root')).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'UNAVAILABLE'),
      );
      expect((await shell(box, 'whoami', 'root')).stdout).toBe('root\n');
      expect(await shell(box, 'sleep 0.2; kill -9 -1; whoami')).toMatchObject({ signal: 'SIGKILL' });
      expect((await shell(box, 'whoami')).stdout).toBe('user\n');
    });

    it('mounts workspace, home and inputs with the owners that they have', async () => {
      const [workspace, home, input] = await Promise.all([testWorkspace(), testWorkspace(), testWorkspace()]);
      try {
        await writeFile(join(input.path, 'a'), 'given');
        const box = await open({
          workspace: workspace.path,
          home: home.path,
          inputs: [
            { name: 'in: put', path: input.path },
            { name: 'at', path: input.path, at: '/home/anna/given' },
          ],
        });
        const { stdout } = await shell(box, 'cat "/input/in: put/a"; echo w > /workspace/w; echo h > ~user/h');
        expect(stdout).toBe('given');
        expect((await shell(box, 'cat /home/anna/given/a')).stdout).toBe('given');
        for (const path of ['/input/in: put/a', '/home/anna/given/a']) {
          expect((await shell(box, `echo x > "${path}"`)).stderr).toContain('Read-only');
        }
        expect(await readFile(join(home.path, 'h'), 'utf8')).toBe('h\n');
        expect(await stat(join(workspace.path, 'w'))).toMatchObject({ uid: TEST_OWNERS.user.uid });
      } finally {
        await Promise.all(boxes.splice(0).map((box) => box.destroy()));
        await Promise.all([workspace, home, input].map((folder) => folder.remove()));
      }
    });

    it('writes nowhere else but to bounded folders in memory', async () => {
      const box = await open();
      for (const path of [
        '/x',
        '/etc/x',
        '/bin/x',
        '/dev/x',
        '/sys/x',
        '/proc/x',
        '/.holdfast/x',
        '/.holdfast/link/x',
      ]) {
        for (const user of ['user', 'root'] as const) {
          const { exitCode } = await shell(box, `touch ${path}`, user);
          expect({ path, user, failed: exitCode !== 0 }).toEqual({ path, user, failed: true });
        }
      }
      for (const [path, user] of [
        ['/tmp', 'user'],
        ['/var/tmp', 'user'],
        ['/dev/shm', 'user'],
        ['/home/user', 'user'],
        ['/root', 'root'],
        ['/run', 'root'],
      ] as const) {
        const { stderr } = await shell(box, `dd if=/dev/zero of=${path}/x bs=1M count=40; rm ${path}/x`, user);
        expect({ path, stderr }).toEqual({ path, stderr: expect.stringContaining('No space left') });
      }
    });

    it('has no network, and knows no names of the host (SB-3)', async () => {
      const box = await open();
      const { stdout } = await shell(
        box,
        'tail -n +3 /proc/net/dev | cut -d: -f1; cat /etc/hosts /etc/resolv.conf; hostname',
      );
      expect(stdout).toBe(
        '    lo\n127.0.0.1 localhost sandbox\n::1 localhost\n# Names are resolved by the proxy.\nsandbox\n',
      );
    });

    it('forwards ports both ways', async () => {
      const box = await open();
      const got = Promise.withResolvers<string>();
      await box.agent.listen(3128, (stream) => {
        stream.once('data', (bytes: Buffer) => {
          got.resolve(bytes.toString('utf8'));
          stream.end('from outside');
        });
      });
      const { stdout } = await shell(box, 'echo from inside | nc -w 2 127.0.0.1 3128');
      expect(stdout).toBe('from outside');
      expect(await got.promise).toBe('from inside\n');
    });

    it('holds and counts what it uses (SB-2)', async () => {
      const box = await open();
      const { stderr } = await shell(box, 'i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done; kill $(jobs -p)');
      expect(stderr).toContain("can't fork");
      const before = await box.usage();
      expect(before.pids).toBeGreaterThanOrEqual(1);
      expect(before.oomKills).toBe(0);
      const hog = await shell(box, 'head -c 600000000 /dev/zero | tail');
      expect(hog.exitCode).not.toBe(0);
      const after = await box.usage();
      expect(after.oomKills).toBeGreaterThanOrEqual(1);
      expect(after.cpuUs).toBeGreaterThan(before.cpuUs);
      expect(after.memoryPeakBytes).toBeGreaterThan(100_000_000);
      expect((await shell(box, 'echo still here')).stdout).toBe('still here\n');
    });

    it('has everything in the control group that it is given, with what `root` runs (SB-2)', async (ctx) => {
      const cgroups = await openCgroups({ name: `holdfast-test-${product}-${process.pid}` });
      if (cgroups.why !== undefined) return ctx.skip(cgroups.why);
      const spec = testSpec();
      const { memoryBytes, cpus, pids } = spec.limits;
      const cgroup = await cgroups.create(spec.id, { memoryBytes, cpus, pids });
      try {
        const box = await engine.create({ ...spec, cgroup });
        boxes.push(box);
        const sleeping = Promise.allSettled([shell(box, 'exec sleep 1000'), shell(box, 'exec sleep 1000', 'root')]);
        // For each of the two: agent, supervisor, and the program.
        await expect.poll(async () => (await cgroup.pids()).length).toBe(6);
        expect((await box.usage()).pids).toBe(6);
        await box.pause();
        const { cpuUs } = await box.usage();
        await sleep(100);
        expect((await box.usage()).cpuUs).toBe(cpuUs);
        await box.destroy();
        await sleeping;
        expect(await cgroup.pids()).toEqual([]);
      } finally {
        await cgroup.remove();
        await cgroups.reap();
      }
    });

    it('refuses what is to be put before its programs, which it does not start itself', async () => {
      await expect(engine.create(testSpec({ wrap: (argv) => ['strace', ...argv] }))).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'),
      );
      await expect(engine.create({ ...testSpec(), image: undefined } as unknown as BoxSpec)).rejects.toSatisfy(
        (error) => HoldfastError.has(error, 'FAILED_PRECONDITION'),
      );
    });

    it('stands still when paused, and goes on', async () => {
      const box = await open();
      const process = await box.agent.spawn({
        argv: ['sh', '-c', 'while true; do echo >> /tmp/i; sleep 0.05; done'],
        env: { PATH: '/bin' },
        cwd: '/',
        user: 'user',
        stdin: false,
        endTree: true,
      });
      await box.pause();
      const still = await box.usage();
      await sleep(200);
      expect((await box.usage()).cpuUs).toBe(still.cpuUs);
      await box.resume();
      const lines = async (): Promise<number> => Number((await shell(box, 'wc -l < /tmp/i')).stdout);
      const first = await lines();
      await expect.poll(lines, { timeout: 10_000 }).toBeGreaterThan(first);
      process.kill();
      await process.exited;
    });

    it('is destroyed while it is paused', async () => {
      const box = await open();
      await box.pause();
      await box.destroy();
      expect(await box.ended).toMatchObject({ reason: 'destroyed' });
    });

    it('goes on from a snapshot with the files of `user`', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-snapshot-'));
      try {
        const box = await open();
        await shell(
          box,
          'mkdir -p ~user/a; echo kept > ~user/a/b; chmod 640 ~user/a/b; ln -s b ~user/a/c; echo tmp > /tmp/t',
        );
        await shell(box, 'umask 077; echo secret > /tmp/of-root', 'root');
        await box.snapshot?.(folder);
        const restored = await engine.restore?.(folder, testSpec());
        if (!restored) throw new Error('the engine cannot restore');
        boxes.push(restored);
        const { stdout } = await shell(restored, 'cat ~user/a/c /tmp/t; stat -c "%a %U" ~user/a/b; ls /tmp');
        expect(stdout).toBe('kept\ntmp\n640 user\nt\n');
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('says how to get an image that is not there, and leaves nothing', async () => {
      await expect(engine.create(testSpec({ image: 'holdfast/none:1' }))).rejects.toSatisfy(
        (error) =>
          HoldfastError.has(error, 'FAILED_PRECONDITION') && error.message.includes(`${product} pull holdfast/none:1`),
      );
      await expect(engine.create(testSpec({ inputs: [{ name: 'a', path: '/no/such/path' }] }))).rejects.toSatisfy(
        (error) => HoldfastError.has(error, 'FAILED_PRECONDITION') && error.message.includes('/no/such/path'),
      );
    });

    it('removes what a killed service had left, and nothing of another (SB-2)', async () => {
      const other = await testEngine(daemon, 'other').create(testSpec());
      await open();
      const restarted = testEngine(daemon);
      expect(await restarted.reap()).toBe(1);
      expect(await boxes.shift()?.ended).toMatchObject({ reason: 'died' });
      expect((await shell(other, 'echo fine')).stdout).toBe('fine\n');
      await other.destroy();
    });
  });
}
