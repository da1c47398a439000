import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findProgram } from '../../host/find-program.ts';
import type { Box } from '../engine.ts';
import { seccompProfile } from './seccomp-profile.ts';
import { ALLOWED_CALLS } from './system-calls.ts';
import { importImage, startTestDaemon, type TestDaemon, whyNoDaemon } from './testing.ts';
import { shell, testEngine, testSpec } from './testing-box.ts';
import { debianRoot } from './testing-images.ts';

it('allows nothing that makes namespaces, looks into others or reaches the kernel (SB-1)', () => {
  for (const name of [
    'unshare',
    'setns',
    'mount',
    'ptrace',
    'bpf',
    'keyctl',
    'io_uring_setup',
    'init_module',
    'clone',
  ]) {
    expect(ALLOWED_CALLS).not.toContain(name);
  }
  expect(new Set(ALLOWED_CALLS).size).toBe(ALLOWED_CALLS.length);
  expect(seccompProfile('arm64')?.architectures).toEqual(['SCMP_ARCH_AARCH64']);
  expect(seccompProfile('riscv64')).toBeUndefined();
});

const NUMBERS: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  init_module: [175, 105],
  io_uring_setup: [425, 425],
  keyctl: [250, 219],
  kexec_load: [246, 104],
  mount: [165, 40],
  open_by_handle_at: [304, 265],
  perf_event_open: [298, 241],
  pidfd_getfd: [438, 438],
  process_vm_readv: [310, 270],
  ptrace: [101, 117],
  setns: [308, 268],
  syslog: [103, 116],
  unshare: [272, 97],
  userfaultfd: [323, 282],
};

for (const product of ['docker', 'podman'] as const) {
  const reason =
    (await whyNoDaemon(product)) ?? ((await findProgram('apt-cache')) ? undefined : 'it needs the packages of Debian');
  if (reason !== undefined) {
    it(`the filter by ${product} (QA-4)`, (ctx) => ctx.skip(reason));
    continue;
  }

  describe(`the filter by ${product}, asked by system calls (QA-4)`, () => {
    let daemon: TestDaemon;
    let box: Box;
    const perl = async (script: string): Promise<string> => (await shell(box, `perl -e '${script}'`)).stdout;
    beforeAll(async () => {
      daemon = await startTestDaemon(product);
      await importImage(daemon.socket, 'debian', await debianRoot(daemon.folder, ['perl-base', 'dash', 'coreutils']));
      box = await testEngine(daemon).create(testSpec({ image: 'debian' }));
    });
    afterAll(async () => {
      await box?.destroy();
      await daemon.stop();
    });

    it('refuses with EPERM, and clone3 with ENOSYS', async () => {
      const column = process.arch === 'arm64' ? 1 : 0;
      for (const [name, numbers] of Object.entries(NUMBERS)) {
        const argument = name === 'unshare' ? 0x10000000 : 0;
        const answer = await perl(`my $r = syscall(${numbers[column]}, ${argument}, 0, 0, 0, 0); print "$r ", $!+0;`);
        expect({ name, answer }).toEqual({ name, answer: '-1 1' });
      }
      expect(await perl('my $r = syscall(435, 0, 0); print "$r ", $!+0;')).toBe('-1 38');
    });

    it('lets processes be made, but in no new namespace', async () => {
      const clone = process.arch === 'arm64' ? 220 : 56;
      expect(await perl(`my $r = syscall(${clone}, 0x10000011, 0, 0, 0, 0); print "$r ", $!+0;`)).toBe('-1 1');
      expect(await perl('my $pid = fork; exit if !$pid; waitpid $pid, 0; print $?')).toBe('0');
    });

    it('opens sockets of the families that a network namespace holds back, and no others', async () => {
      for (const [family, answer] of [
        [1, 'open'],
        [2, 'open'],
        [10, 'open'],
        [40, 'no: 97'],
        [38, 'no: 97'],
      ]) {
        expect(await perl(`print socket(my $s, ${family}, 1, 0) ? "open" : "no: " . ($!+0)`)).toBe(answer);
      }
    });
  });
}
