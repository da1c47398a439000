import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { sandboxpb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { openTestSandbox, TestSandbox } from '../testing.ts';

const MIB = 1024 * 1024;
/** System calls by number, as perl makes them: nothing between the attempt and the kernel. */
const NUMBERS =
  process.arch === 'arm64'
    ? { ptrace: 117, unshare: 97, mount: 40, bpf: 280, keyctl: 219, io_uring_setup: 425, setns: 268, chroot: 51 }
    : { ptrace: 101, unshare: 272, mount: 165, bpf: 321, keyctl: 250, io_uring_setup: 425, setns: 308, chroot: 161 };

/**
 * Attempts to get out of a cage. Every engine that isolates withstands them all; run it beside the conformance suite.
 */
export function isolationConformance(
  name: string,
  open: (options?: Parameters<typeof openTestSandbox>[0]) => Promise<TestSandbox>,
): void {
  describe(`${name}: escape attempts (QA-4)`, () => {
    let sandbox: TestSandbox;
    let outside: string;
    beforeEach(async () => {
      outside = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
      await chmod(outside, 0o755);
      await writeFile(join(outside, 'canary'), 'secret of the host', { mode: 0o644 });
      const inputs = [
        { name: 'docs', path: outside },
        { name: 'below-srv', path: outside, at: '/srv/deep/docs' },
        { name: 'below-tmp', path: outside, at: '/tmp/deep/docs' },
      ];
      sandbox = await open({ inputs, limits: { memoryBytes: 512 * MIB } });
    });
    afterEach(async () => {
      const left = await sandbox.processes();
      await sandbox.close();
      await rm(outside, { recursive: true });
      expect(left, 'processes left behind').toEqual([]);
      const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
      expect(
        mounts.filter((line) => line.includes(sandbox.dataDir)),
        'mounts left behind',
      ).toEqual([]);
    });

    const perl = (script: string, ...args: string[]) => sandbox.run(['perl', '-e', script, ...args]);

    it('sees none of the private files of the host', async () => {
      for (const path of ['/etc/shadow', '/root/.bashrc', '/var/log', '/etc/hostname', join(outside, 'canary')]) {
        const { stdout, stderr, exited } = await sandbox.run(['ls', '-la', path]);
        expect({ path, stdout, failed: exited.exitCode !== 0 }).toEqual({ path, stdout: '', failed: true });
        expect(stderr).toContain('No such file');
      }
    });

    it('reads an input at the place that was asked for, and writes neither into it nor beside it', async () => {
      for (const place of ['/srv/deep', '/tmp/deep']) {
        const { stdout } = await sandbox.run(['cat', `${place}/docs/canary`]);
        expect(stdout).toBe('secret of the host');
        for (const path of [`${place}/docs/canary`, `${place}/docs/new`, `${place}/new`]) {
          const { exited } = await sandbox.run(['sh', '-c', `echo x > ${path}`]);
          expect({ path, failed: exited.exitCode !== 0 }).toEqual({ path, failed: true });
        }
      }
    });

    it('runs as an unprivileged user, seen from outside', async () => {
      let status = '';
      for await (const { event } of sandbox.exec(['sh', '-c', 'echo up; exec sleep 1000'])) {
        if (event.case !== 'stdout') continue;
        // It has said so before it became another program.
        const lookFor = async () => (await sandbox.processes()).find((line) => /^\d+: sleep /.test(line));
        let running = await lookFor();
        for (let tries = 0; running === undefined && tries < 100; tries++) {
          await sleep(20);
          running = await lookFor();
        }
        status = await readFile(`/proc/${running?.split(':')[0]}/status`, 'utf8');
        break;
      }
      expect(status).toMatch(/^Uid:\t([1-9]\d*)\t\1\t\1\t\1$/m);
      expect(status).toMatch(/^Gid:\t([1-9]\d*)\t\1\t\1\t\1$/m);
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
        expect(status).toMatch(new RegExp(`^${set}:\t0+$`, 'm'));
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      if (process.getuid?.() === 0) expect(status).toMatch(/^Groups:\t\s*$/m);
    });

    it('sees and reaches no process of the host', async () => {
      const victim = spawn('sleep', ['1000'], { stdio: 'ignore' });
      try {
        const { stdout } = await sandbox.run(['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "']);
        expect(stdout).not.toContain('vitest');
        const kill = await sandbox.run(['sh', '-c', `kill -9 ${victim.pid}; kill -9 -1; kill -9 1`]);
        expect(kill.exited.exitCode).not.toBe(0);
        expect(isAlive(victim)).toBe(true);
      } finally {
        victim.kill('SIGKILL');
      }
    });

    it('can write nowhere but /workspace and /tmp', async () => {
      for (const path of ['/x', '/usr/x', '/etc/x', '/bin/x', '/dev/x', '/input/x', '/input/docs/x', '/proc/x']) {
        const { exited } = await sandbox.run(['touch', path]);
        expect({ path, failed: exited.exitCode !== 0 }).toEqual({ path, failed: true });
      }
      const { exited } = await sandbox.run(['sh', '-c', 'touch /workspace/x /tmp/x && rm /workspace/x']);
      expect(exited.exitCode).toBe(0);
    });

    it('cannot change an input, not by a link either', async () => {
      await sandbox.run(['sh', '-c', 'ln -s /input/docs/canary link; echo gone > link; rm -f /input/docs/canary']);
      expect(await readFile(join(outside, 'canary'), 'utf8')).toBe('secret of the host');
      expect((await sandbox.run(['cat', '/input/docs/canary'])).stdout).toBe('secret of the host');
    });

    it('follows no link of the workspace to the host', async () => {
      await symlink(join(outside, 'canary'), join(sandbox.workspace, 'innocent'));
      const { stdout, exited } = await sandbox.run(['cat', 'innocent', 'innocent/../canary', '/proc/self/root/root']);
      expect(stdout).toBe('');
      expect(exited.exitCode).not.toBe(0);
    });

    it('has no network: not to the host, not out, and no other socket family', async () => {
      const server = await listen();
      try {
        const { port } = server.address() as { port: number };
        const script =
          'use IO::Socket::INET; my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]", Timeout => 2); ' +
          'print $s ? "connected" : "no: $!";';
        expect((await perl(script, String(port))).stdout).toMatch(/^no: Connection refused/);
        const { stdout } = await sandbox.run(['cat', '/proc/net/dev']);
        expect(
          stdout
            .trim()
            .split('\n')
            .slice(2)
            .map((line) => line.split(':')[0]?.trim()),
        ).toEqual(['lo']);
        const vsock = await perl('print socket(my $s, 40, 1, 0) ? "open" : "no: " . ($!+0)');
        expect(vsock.stdout).toBe('no: 97');
      } finally {
        server.close();
      }
    });

    it('cannot trace, mount, unshare, nor use what the filter denies', async () => {
      for (const [call, number] of Object.entries(NUMBERS)) {
        const argument = call === 'unshare' ? 0x10000000 : 0;
        const { stdout } = await perl(`my $r = syscall(${number}, ${argument}, 0, 0, 0, 0); print "$r ", $!+0;`);
        expect({ call, stdout }).toEqual({ call, stdout: '-1 1' });
      }
      for (const argv of [
        ['unshare', '-Ur', 'id'],
        ['mount', '-t', 'tmpfs', 'x', '/tmp'],
        ['chroot', '/', 'id'],
      ]) {
        expect((await sandbox.run(argv)).exited.exitCode).not.toBe(0);
      }
    });

    it('gains nothing from a setuid program', async (ctx) => {
      if (process.getuid?.() !== 0) return ctx.skip('only root can make a setuid-root program to try');
      const program = join(sandbox.workspace, 'setuid-id');
      await copyFile('/usr/bin/id', program);
      await chown(program, 0, 0);
      await chmod(program, 0o4755);
      const { stdout, exited } = await sandbox.run(['./setuid-id']);
      expect(exited.exitCode).toBe(0);
      expect(stdout).not.toMatch(/euid=0|uid=0/);
    });

    it('cannot turn the kernel’s knobs', async () => {
      const knobs = [
        '/proc/sysrq-trigger',
        '/proc/sys/kernel/core_pattern',
        '/proc/sys/kernel/hostname',
        '/proc/1/oom_score_adj',
      ];
      for (const knob of knobs) {
        const before = await readFile('/proc/sys/kernel/core_pattern', 'utf8');
        expect((await sandbox.run(['sh', '-c', `echo x > ${knob}`])).exited.exitCode).not.toBe(0);
        expect(await readFile('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
      }
      expect((await sandbox.run(['ls', '/sys'])).exited.exitCode).not.toBe(0);
    });

    it('lets no environment variable act before privileges are dropped', async () => {
      const { exited, stderr } = await sandbox.run(['true'], { env: { LD_PRELOAD: '/workspace/evil.so' } });
      expect(exited.exitCode).toBe(0);
      // One complaint by the command itself; the launcher's programs, which may still be root, have not obeyed.
      expect(stderr.match(/evil\.so/g)).toHaveLength(1);
    });

    it('has no device but the harmless ones', async () => {
      const { stdout } = await sandbox.run(['find', '/dev', '-type', 'b', '-o', '-type', 'c']);
      const harmless = ['full', 'null', 'random', 'tty', 'urandom', 'zero', 'pts/ptmx'].map(
        (device) => `/dev/${device}`,
      );
      expect(
        stdout
          .trim()
          .split('\n')
          .filter((device) => !harmless.includes(device)),
      ).toEqual([]);
    });

    it('ends a process with a session of its own', async () => {
      const script =
        'setsid sleep 1000 & (setsid sh -c "trap \\"\\" TERM; sleep 1000 & wait" &) ; sleep 0.2; echo over';
      expect((await sandbox.run(['sh', '-c', script])).stdout).toBe('over\n');
      expect(await sandbox.processes()).toEqual([]);
    });

    it('survives a fork bomb, and so does the sandbox beside it', async () => {
      const other = await open();
      const bombed = await open({ limits: { pids: 64, wallMs: 4000 } });
      try {
        const explosion = bombed.run(['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 1000']);
        let most = 0;
        const state = { over: false };
        void explosion.finally(() => {
          state.over = true;
        });
        while (!state.over) {
          most = Math.max(most, (await bombed.processes()).length);
          expect((await other.run(['sh', '-c', 'true & true & wait; echo fine'])).stdout).toBe('fine\n');
        }
        const { exited } = await explosion;
        expect([sandboxpb.ExitReason.TIMED_OUT, sandboxpb.ExitReason.EXITED]).toContain(exited.reason);
        // The launcher has two processes of its own.
        expect(most).toBeLessThanOrEqual(64 + 2);
        expect(await bombed.processes()).toEqual([]);
      } finally {
        await bombed.close();
        await other.close();
      }
    });

    it('bounds memory of a process, size of a file, and memory files', async () => {
      const hog = await perl('my $x = "a" x (1 << 30); print "got it"');
      expect(hog.stdout).toBe('');
      expect(hog.exited.exitCode).not.toBe(0);
      const small = await open({ limits: { fileBytes: MIB }, config: { limits: { tmp_bytes: 2 * MIB } } });
      try {
        const big = await small.run(['head', '-c', String(4 * MIB), '/dev/zero']);
        expect(big.stdout).toHaveLength(4 * MIB);
        const file = await small.run(['sh', '-c', `exec head -c ${4 * MIB} /dev/zero > big`]);
        expect(file.exited).toMatchObject({ reason: sandboxpb.ExitReason.SIGNALED, signal: 'SIGXFSZ' });
        for (const folder of ['/tmp', '/dev/shm']) {
          const fill = `for i in 1 2 3 4; do head -c ${MIB - 1} /dev/zero > ${folder}/$i || exit 3; done`;
          const filled = await small.run(['sh', '-c', fill]);
          expect(filled.stderr).toContain('No space left');
        }
      } finally {
        await small.close();
      }
    });

    it('bounds the memory of all processes together', async () => {
      const small = await open({ config: { limits: { total_memory_bytes: 128 * MIB } } });
      try {
        const below = await small.run(['perl', '-e', 'my $x = "a" x (40 << 20); sleep 1; print "fine"']);
        expect(below.stdout).toBe('fine');
        const one = 'perl -e \'my $x = "a" x (40 << 20); sleep 1000\' &';
        const { stderr, exited } = await small.run(['sh', '-c', `${one} ${one} ${one} ${one} wait`]);
        expect(stderr).toBe('sandbox: killed: its processes held more than 128 MiB of memory together\n');
        expect(exited).toMatchObject({ reason: sandboxpb.ExitReason.SIGNALED, signal: 'SIGKILL' });
        expect(await small.processes()).toEqual([]);
      } finally {
        await small.close();
      }
    });

    it('bounds the CPU time of a process', async () => {
      const busy = await open({ limits: { cpuS: 1 } });
      const { exited } = await busy.run(['sh', '-c', 'while :; do :; done']);
      await busy.close();
      expect(exited).toMatchObject({ reason: sandboxpb.ExitReason.SIGNALED, signal: 'SIGXCPU' });
    });
  });
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
