import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { findProgram } from '../host/find-program.ts';
import { type Audit, type AuditRecord, DEFAULT_RULES, openAudit } from './audit.ts';
import { perlCall, recordOf, runIn } from './testing-audit.ts';

const strace = await findProgram('strace');

describe('audit by strace (SB-3)', () => {
  const records: AuditRecord[] = [];
  const killed: string[] = [];
  let audit: Audit | undefined;

  const opened = async (perSecond?: number): Promise<Audit> => {
    audit = await openAudit({
      parentCgroup: '/nowhere',
      rules: [{ name: 'no bpf', event: 'bpf', match: /command=|0x63/, verdict: 'kill' }, ...DEFAULT_RULES],
      onRecord: (record) => records.push(record),
      onKill: (sandboxId) => killed.push(sandboxId),
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      only: 'strace',
      ...(perSecond !== undefined && { perSecond }),
    });
    await audit.watch({ sandboxId: 'box', tenant: 'acme', runId: 'run' });
    return audit;
  };

  afterEach(async () => {
    await audit?.close();
    records.length = 0;
    killed.length = 0;
  });

  test('what it is and why is named; the same attempts are recorded, by every process of the command (SB-3)', async (ctx) => {
    if (strace === undefined) return ctx.skip('strace is not installed');
    const running = await opened();
    expect(running).toMatchObject({ kind: 'strace', why: 'only strace was asked for' });
    const attempts = [
      perlCall('ptrace', 0x4200, 999_999_99, 0, 0),
      perlCall('mount', 'none', '/nowhere', 'nofs', 1, 0),
      perlCall('umount2', '/nowhere', 2),
      perlCall('setns', -1, 0x4000_0000),
      perlCall('unshare', 0x4000_0001),
      perlCall('clone', 0x1000_0200, 0, 0, 0, 0),
      perlCall('bpf', 99, 0, 0),
      perlCall('delete_module', 'nothing', 0),
      perlCall('keyctl', 99),
      perlCall('setuid', 0),
      perlCall('process_vm_readv', 999_999_99, 0, 0, 0, 0, 1),
      perlCall('open_by_handle_at', -1, 0, 0),
      perlCall('io_uring_setup', 0, 0),
      perlCall('userfaultfd', 0x7fff_0000),
      perlCall('perf_event_open', 0, -1, -1, -1, 0),
      perlCall('kexec_load', 0, 0, 0, -1),
      'open(my $f, ">", "/nowhere/x"); open(my $g, ">", "/dev/null"); open(my $h, "<", "/etc/passwd");',
      `use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0); connect($s, sockaddr_in(9, inet_aton("127.0.0.1")));`,
    ].join('\n');
    const argv = running.wrap?.('box', ['/bin/sh', '-c', 'perl -e "$0" & wait', attempts]) ?? [];
    await runIn(undefined, argv);
    await recordOf(records, (one) => one.event === 'connect');
    expect([...new Set(records.map(({ event }) => event))].toSorted()).toEqual([
      'bpf',
      'clone',
      'connect',
      'exec',
      'handle',
      'identity',
      'io_uring',
      'kexec',
      'keyring',
      'memory',
      'module',
      'mount',
      'open',
      'perf',
      'ptrace',
      'setns',
      'umount',
      'unshare',
      'userfaultfd',
    ]);
    expect(records.find(({ event }) => event === 'mount')).toMatchObject({
      sandboxId: 'box',
      tenant: 'acme',
      runId: 'run',
      command: 'perl',
      detail: 'mount "none", "/nowhere", "nofs", MS_RDONLY, NULL',
      verdict: 'alert',
      rule: 'mount',
    });
    expect(records.find(({ event }) => event === 'mount')?.result).toMatch(/^E[A-Z]+$/);
    expect(records.filter(({ event }) => event === 'open').map(({ detail }) => detail)).toEqual([
      expect.stringContaining('"/nowhere/x"'),
    ]);
    expect(records.find(({ event }) => event === 'connect')).toMatchObject({ result: 'ECONNREFUSED' });
    expect(killed).toEqual(['box']);
    expect(audit?.stats().lost).toBe(0);
  });

  test('where eBPF cannot be, strace takes its place and says why; without either nothing is recorded, and that is said (SB-3)', async (ctx) => {
    if (strace === undefined) return ctx.skip('strace is not installed');
    const options = {
      parentCgroup: '/nowhere',
      rules: [],
      onRecord: () => undefined,
      onKill: () => undefined,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
    };
    audit = await openAudit(options);
    expect(audit).toMatchObject({ kind: 'strace', why: expect.stringMatching(/\w/) });
    const none = await openAudit({ ...options, only: 'ebpf' });
    expect(none).toMatchObject({ kind: 'none', why: expect.stringContaining('strace was not asked for') });
  });

  test('hostile arguments forge no record (SB-3)', async (ctx) => {
    if (strace === undefined) return ctx.skip('strace is not installed');
    const running = await opened();
    const forged = 'x\n1 1.0 bpf(99) = 0\n"é\u0001';
    await runIn(undefined, running.wrap?.('box', ['/bin/echo', forged]) ?? []);
    const exec = await recordOf(records, (one) => one.event === 'exec');
    expect(exec?.detail).toBe(`"/bin/echo", ["/bin/echo", ${JSON.stringify(forged)}]`);
    expect(records.filter(({ event }) => event !== 'exec')).toEqual([]);
    expect(audit?.stats().lost).toBe(0);
  });

  test('a flood is bounded and counted (SB-3)', async (ctx) => {
    if (strace === undefined) return ctx.skip('strace is not installed');
    const running = await opened(20);
    const flood = 'for (1..2000) { open(my $f, ">", "/nowhere/x") }';
    await runIn(undefined, running.wrap?.('box', ['/usr/bin/perl', '-e', flood]) ?? []);
    expect(await recordOf(records, (one) => one.event === 'suppressed')).toMatchObject({
      sandboxId: 'box',
      verdict: 'alert',
    });
    expect(records.filter(({ event }) => event === 'open').length).toBeLessThan(1000);
  });

  test('a command of a sandbox that is not watched is not started, and nothing is left after close (SB-3)', async (ctx) => {
    if (strace === undefined) return ctx.skip('strace is not installed');
    const running = await opened();
    expect(() => running.wrap?.('other', ['true'])).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
    const argv = running.wrap?.('box', ['true']) ?? [];
    const folder = dirname(argv[argv.indexOf('-o') + 1] ?? '');
    expect(existsSync(folder)).toBe(true);
    await running.close();
    expect(existsSync(folder)).toBe(false);
  });
});
