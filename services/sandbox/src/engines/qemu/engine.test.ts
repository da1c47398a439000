import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { capture } from '../../execute/capture.ts';
import { findProgram } from '../../host/find-program.ts';
import { openCgroups } from '../../quotas/cgroups/driver.ts';
import { engineConformance } from '../conformance.ts';
import type { Box, BoxSpec } from '../engine.ts';
import { pullTree, pushTree } from '../guest/sync.ts';
import { machinesOf, openTestQemu, type TestQemu, TEST_LIMITS, testSpec, tracesOf, whyNoQemu } from './testing.ts';

const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/user' };
/** Takes memory until it gets no more. */
const EATER = `exec awk 'BEGIN { for (;;) a[i++] = sprintf("%1000000s", "") }'`;
/** The first guest of a kind boots in software, on processors that other tests use too. */
const BOOT_MS = 300_000;

const reason = await whyNoQemu();
if (reason !== undefined) {
  it('qemu (SB-1)', (ctx) => ctx.skip(reason));
} else {
  const opening = openTestQemu();
  afterAll(async () => {
    const qemu = await opening;
    expect(await tracesOf(qemu.folder)).toEqual([]);
    await qemu.close();
  });
  engineConformance('qemu', async () => (await opening).underTest);

  describe('qemu', { timeout: BOOT_MS }, () => {
    let qemu: TestQemu;
    const boxes: Box[] = [];
    const open = async (changes: Partial<BoxSpec> = {}): Promise<Box> => {
      const box = await qemu.create(changes);
      boxes.push(box);
      return box;
    };
    const sh = (box: Box, script: string, user: 'user' | 'root' = 'user') =>
      capture(box.agent, ['sh', '-c', script], ENV, user);
    beforeAll(async () => {
      qemu = await opening;
    });
    afterEach(async () => {
      await Promise.all(boxes.splice(0).map((box) => box.destroy()));
      expect(await tracesOf(qemu.folder)).toEqual([]);
    });

    it('says what it is (SB-1)', async () => {
      expect(qemu.engine).toMatchObject({ name: 'qemu', level: sandboxpb.Level.MICROVM });
      expect(await qemu.engine.version()).toMatch(/^QEMU emulator version \d/);
    });

    it('has a kernel of its own, and shows nothing of the host (SB-1)', async () => {
      const box = await open();
      const { stdout } = await sh(box, 'uname -r; hostname; ls /dev | grep -E "^(vd|sd|net)"; cat /proc/1/comm');
      const [kernel, hostname, disks] = stdout.split('\n');
      expect(kernel).not.toBe((await readFile('/proc/sys/kernel/osrelease', 'utf8')).trim());
      expect([hostname, disks]).toEqual(['sandbox', 'vda']);
    });

    it('runs the machine as an unprivileged user that may start nothing (SB-1)', async (ctx) => {
      if (process.getuid?.() !== 0) return ctx.skip('only root has another user to run it as');
      await open();
      const [pid] = await machinesOf(qemu.folder);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const { uid } = testSpec().owners.user;
      expect(status).toMatch(new RegExp(`^Uid:\t${uid}\t${uid}\t${uid}\t${uid}$`, 'm'));
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
    });

    it('boots once for all boxes of a kind, and goes on from there with its own time and randomness', async () => {
      const [first, second] = [await open(), await open()];
      const booted = qemu.progress.filter((message) => message.startsWith('Booting')).length;
      expect(booted).toBe(1);
      for (const box of [first, second]) {
        const seconds = Number((await sh(box, 'date +%s')).stdout);
        expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(30);
      }
      const random = 'head -c 16 /dev/urandom | od -An -tx1; cat /proc/sys/kernel/random/uuid';
      expect((await sh(first, random)).stdout).not.toBe((await sh(second, random)).stdout);
    });

    it('bounds disk, memory file systems, processes and open files, each with the error of its kind (SB-2)', async () => {
      const box = await open();
      for (const path of ['/home/user/x', '/tmp/x', '/dev/shm/x', '/var/x']) {
        const { stderr } = await sh(
          box,
          `mkdir -p $(dirname ${path}); dd if=/dev/zero of=${path} bs=1M; rm ${path}`,
          'root',
        );
        expect({ path, stderr }).toEqual({ path, stderr: expect.stringContaining('No space left') });
      }
      const many = await sh(box, 'i=0; while [ $i -lt 200 ]; do sleep 5 & i=$((i+1)); done');
      expect(many.stderr).toMatch(/can't fork|Resource temporarily unavailable/);
      expect((await sh(box, 'ulimit -n')).stdout.trim()).toBe(String(TEST_LIMITS.openFiles));
    });

    it('lives on when a command needs more memory than the guest has (SB-2)', async () => {
      const box = await open();
      expect(await sh(box, EATER)).toMatchObject({ exitCode: 137 });
      expect((await sh(box, 'echo alive')).stdout).toBe('alive\n');
    });

    it('runs the machine in its control group, and says which quota ended it (SB-2)', async (ctx) => {
      const cgroups = await openCgroups({ name: `holdfast-test-qemu-${process.pid}` });
      if (cgroups.kind === 'none') return ctx.skip(cgroups.why ?? 'there are no control groups here');
      const cgroup = await cgroups.create('box', {
        // Enough to begin with, and less than the guest and QEMU may fill: it is the host that ends it.
        memoryBytes: TEST_LIMITS.memoryBytes + 16 * 1024 * 1024,
        cpus: 1,
        pids: TEST_LIMITS.pids + (qemu.engine.overhead?.pids ?? 0),
      });
      try {
        const box = await open({ cgroup });
        expect(await cgroup.pids()).toEqual(await machinesOf(qemu.folder));
        expect((await box.usage()).cpuUs).toBeGreaterThan(0);
        await sh(box, EATER).catch(() => undefined);
        expect(await box.ended).toMatchObject({ reason: 'quota', quota: 'memory' });
      } finally {
        await cgroup.remove();
        await cgroups.reap();
      }
    });

    it('keeps what runs through a snapshot, whatever it was saying', async () => {
      const box = await open();
      const script = 'while :; do echo tick; date +%s.%N >/tmp/last; sleep 0.05; done';
      await box.agent.spawn({
        argv: ['sh', '-c', script],
        env: ENV,
        cwd: '/',
        user: 'user',
        stdin: false,
        endTree: true,
      });
      while ((await sh(box, 'cat /tmp/last')).exitCode !== 0) await sleep(50);
      const folder = await qemu.underTest.folder();
      await box.snapshot?.(folder);
      await box.destroy();
      const again = await qemu.underTest.restore?.(folder);
      if (!again) throw new Error('it restores');
      boxes.push(again);
      const last = async (): Promise<string> => (await sh(again, 'cat /tmp/last')).stdout;
      const before = await last();
      await expect.poll(last, { timeout: 30_000 }).not.toBe(before);
      expect((await sh(again, 'date +%s')).stdout.trim()).toMatch(/^\d{10}$/);
    });

    it('takes a snapshot of a paused box, which stays paused', async () => {
      const box = await open();
      await sh(box, 'echo kept >/home/user/state');
      await box.pause();
      const folder = await qemu.underTest.folder();
      await box.snapshot?.(folder);
      const waits = sh(box, 'echo after');
      expect(await Promise.race([waits.then(() => 'ran'), sleep(500, 'waits')])).toBe('waits');
      await box.resume();
      expect((await waits).stdout).toBe('after\n');
    });

    it('refuses a snapshot of another version, kernel or template, and leaves it as it is', async () => {
      const box = await open();
      const folder = await qemu.underTest.folder();
      await box.snapshot?.(folder);
      const written = JSON.parse(await readFile(join(folder, 'guest.json'), 'utf8')) as object;
      await writeFile(join(folder, 'guest.json'), JSON.stringify({ ...written, key: 'of-another' }));
      await expect(qemu.underTest.restore?.(folder)).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'FAILED_PRECONDITION'),
      );
      expect((await readdir(folder)).toSorted()).toEqual(['disk.img', 'guest.json', 'state']);
      await writeFile(join(folder, 'guest.json'), '{');
      await expect(qemu.underTest.restore?.(folder)).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'FAILED_PRECONDITION'),
      );
    });

    it('says that a machine has ended by itself, and leaves nothing of it', async () => {
      const box = await open();
      await sh(box, 'reboot -f', 'root').catch(() => undefined);
      expect(await box.ended).toMatchObject({ reason: 'died' });
      await expect.poll(() => tracesOf(qemu.folder), { timeout: 10_000 }).toEqual([]);
      await expect(box.snapshot?.(await qemu.underTest.folder())).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'UNAVAILABLE'),
      );
    });

    it('copies a workspace into a guest and back (SB-1)', async () => {
      const box = await open();
      const host = await mkdtemp(join(qemu.folder, 'workspace-'));
      await mkdir(join(host, 'sub'));
      await writeFile(join(host, 'sub/in'), 'in');
      await pushTree(box.agent, host, { folder: '/workspace', user: 'user' });
      await sh(box, 'cd /workspace && cp sub/in out && rm -r sub && mkfifo pipe');
      await pullTree(box.agent, { folder: '/workspace', user: 'root' }, host, { bounds: { bytes: 1e6, entries: 10 } });
      expect(await readdir(host, { recursive: true })).toEqual(['out']);
      expect(await readFile(join(host, 'out'), 'utf8')).toBe('in');
    });

    it('begins with the unpacked root of a template, which stays as it is (SB-1)', async () => {
      const rootfs = await mkdtemp(join(qemu.folder, 'rootfs-'));
      await mkdir(join(rootfs, 'bin'));
      await mkdir(join(rootfs, 'etc'));
      await writeFile(
        join(rootfs, 'etc/passwd'),
        'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n',
      );
      await writeFile(join(rootfs, 'etc/marker'), 'of the template\n');
      const busybox = await findProgram('busybox');
      if (busybox === undefined) throw new Error('no busybox');
      for (const name of ['sh', 'cat', 'grep']) await cp(busybox, join(rootfs, 'bin', name));
      const [first, second] = [await open({ rootfs }), await open({ rootfs })];
      expect((await sh(first, 'cat /etc/marker; grep -c user /etc/passwd')).stdout).toBe('of the template\n1\n');
      await sh(first, 'echo changed >/etc/marker', 'root');
      expect((await sh(first, 'cat /etc/marker')).stdout).toBe('changed\n');
      expect((await sh(second, 'cat /etc/marker')).stdout).toBe('of the template\n');
      expect(await readFile(join(rootfs, 'etc/marker'), 'utf8')).toBe('of the template\n');
    });

    it('leaves no machine when the service is killed, and the next one removes the rest (SB-2)', async () => {
      const service = spawn(process.execPath, [join(import.meta.dirname, 'testing-service.ts'), qemu.folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(service.stdout, 'data')) as [Buffer];
      expect(line.toString()).toMatch(/^ready \d+\n$/);
      expect(await machinesOf(qemu.folder)).toHaveLength(2);
      service.kill('SIGKILL');
      await once(service, 'exit');
      await expect.poll(() => machinesOf(qemu.folder), { timeout: 20_000 }).toEqual([]);
      expect(await qemu.engine.reap()).toBe(2);
      expect(await tracesOf(qemu.folder)).toEqual([]);
    });
  });
}
