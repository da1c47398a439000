import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { buildDisk, buildInitrd, findParts } from './build.ts';

const TESTS = 'node --test-reporter=tap --test-timeout=120000 /app/suite.ts; echo "exit $?"';

/**
 * First at the top of the host, where root may do everything. Then as in a container: what is seen of the hierarchy is
 * one group, which holds the service's own processes.
 */
const SCRIPT = `
export PATH=/bin TMPDIR=/tmp
busybox mount -t proc proc /proc; busybox mount -t sysfs sys /sys; busybox mount -t devtmpfs dev /dev
busybox mount -t cgroup2 all /sys/fs/cgroup
echo top; ${TESTS}
busybox mkdir /sys/fs/cgroup/alone; echo 0 >/sys/fs/cgroup/alone/cgroup.procs
busybox mount -o bind /sys/fs/cgroup/alone /alone; busybox umount /sys/fs/cgroup
echo delegated; ${TESTS}
echo left; busybox find /alone -mindepth 1 -type d; echo end`;

it('holds quotas by cgroup v2, in a virtual machine that has nothing else (SB-2)', {
  timeout: 300_000,
}, async (ctx) => {
  const parts = await findParts();
  if ('why' in parts) return ctx.skip(parts.why);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-vm-'));
  try {
    const [disk, initrd] = [await buildDisk(folder), await buildInitrd(folder, parts.modules, SCRIPT)];
    const machine = ['-machine', 'pc', '-m', '1024', '-nographic', '-no-reboot', '-nic', 'none', '-accel', 'tcg'];
    const boot = ['-kernel', parts.kernel, '-initrd', initrd, '-append', 'console=ttyS0 panic=-1 quiet'];
    const disks = ['-drive', `file=${disk},format=raw,if=virtio`];
    const running = promisify(execFile)(parts.qemu, [...machine, ...boot, ...disks], { signal: ctx.signal });
    running.child.stdin?.end();
    const said = (await running).stdout.replaceAll('\r', '');

    const between = (from: string, to: string): string => said.split(`\n${from}\n`)[1]?.split(`\n${to}\n`)[0] ?? said;
    for (const tap of [between('top', 'delegated'), between('delegated', 'left')]) {
      expect(tap).toMatch(/^ok \d+ - finds cgroup v2$/m);
      expect(tap).toMatch(/^# pass 12$/m);
      expect(tap).toMatch(/^# fail 0$/m);
      expect(tap).toMatch(/^# skipped 0$/m);
      expect(tap).toMatch(/^exit 0$/m);
    }
    expect(between('left', 'end')).toMatch(/^(\/alone\/holdfast-test-[a-z0-9]+-service\n?)+$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
