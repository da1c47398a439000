import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { findProgram } from '../host/find-program.ts';
import { type Audit, type AuditRecord, type AuditRule, DEFAULT_RULES, openAudit } from './audit.ts';
import { makeGroup, perlCall, recordOf, runIn, type TestGroup, unifiedMount } from './testing-audit.ts';
import { whyNoTracer } from './tracer-audit.ts';
import { traceableCalls } from './tracer-process.ts';

const RULES: AuditRule[] = [{ name: 'no bpf', event: 'bpf', match: /=99$/, verdict: 'kill' }, ...DEFAULT_RULES];
const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Children of this process that are bpftrace. */
function tracers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
      return status.startsWith('Name:\tbpftrace\n') && status.includes(`PPid:\t${process.pid}\n`);
    })
    .map(Number);
}

/** The system calls that this kernel has. */
async function callsHere(): Promise<Set<string>> {
  const [bpftrace = '', setpriv = '', unshare = ''] = await Promise.all(
    ['bpftrace', 'setpriv', 'unshare'].map(findProgram),
  );
  return traceableCalls({ bpftrace, setpriv, unshare });
}

const mount = unifiedMount();
const missing = mount === undefined ? 'there is no unified cgroup hierarchy' : await whyNoTracer();

describe('audit by eBPF (SB-3)', () => {
  const records: AuditRecord[] = [];
  const killed: string[] = [];
  let audit: Audit;
  let parent: TestGroup;
  let box: TestGroup;
  let other: TestGroup;
  let outside: TestGroup;
  const work = mkdtempSync(join(tmpdir(), 'holdfast-audit-test-'));

  beforeAll(async () => {
    if (mount === undefined || missing !== undefined) return;
    parent = makeGroup(mount, `holdfast-audit-${process.pid}`);
    outside = makeGroup(mount, `holdfast-outside-${process.pid}`);
    // One that was there before, and one that is made later.
    box = makeGroup(parent.path, 'box');
    audit = await openAudit({
      parentCgroup: parent.path,
      rules: RULES,
      onRecord: (record) => records.push(record),
      onKill: (sandboxId, record) => killed.push(`${sandboxId} ${record.detail}`),
      clock,
      only: 'ebpf',
    });
    expect(audit).toMatchObject({ kind: 'ebpf' });
    other = makeGroup(parent.path, 'other');
    await audit.watch({ cgroupId: box.id, sandboxId: 'box', tenant: 'acme', runId: 'run', actionId: 'action' });
    await audit.watch({ cgroupId: other.id, sandboxId: 'other', tenant: 'acme' });
  }, 120_000);

  afterAll(async () => {
    rmSync(work, { recursive: true, force: true });
    if (audit === undefined) return;
    await audit.close();
    for (const group of [box, other, parent, outside]) await group.remove();
    expect(tracers()).toEqual([]);
  }, 60_000);

  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
    records.length = 0;
    killed.length = 0;
  });

  type Attempt = [AuditRecord['event'], string, string | RegExp];
  const ATTEMPTS: Attempt[] = [
    ['ptrace', perlCall('ptrace', 0x4200, 999_999_99, 0, 0), /^ptrace request=16896 pid=99999999$/],
    ['mount', perlCall('mount', 'none', '/nowhere', 'nofs', 1, 0), 'mount "/nowhere" flags=0x1'],
    ['mount', perlCall('fsopen', 'nofs', 0), 'fsopen "nofs" flags=0x0'],
    ['umount', perlCall('umount2', '/nowhere', 2), 'umount "/nowhere" flags=0x2'],
    ['setns', perlCall('setns', -1, 0x4000_0000), 'setns fd=-1 type=1073741824'],
    ['unshare', perlCall('unshare', 0x1_0000_0001), /^unshare flags=0x100000001$/],
    ['clone', perlCall('clone', 0x1000_0200, 0, 0, 0, 0), /^clone flags=0x10000200$/],
    ['bpf', perlCall('bpf', 99, 0, 0), 'bpf command=99'],
    ['module', perlCall('finit_module', -1, 'name=1', 0), 'finit_module "name=1" fd=-1 flags=0x0'],
    ['module', perlCall('delete_module', 'nothing', 0), 'delete_module "nothing" flags=0x0'],
    ['keyring', perlCall('keyctl', 99), 'keyctl operation=99'],
    ['keyring', perlCall('request_key', 'nokey', 'x', 0, 0), 'request_key "nokey"'],
    ['identity', perlCall('setuid', 0), 'setuid id=0'],
    ['memory', perlCall('process_vm_readv', 999_999_99, 0, 0, 0, 0, 1), 'process_vm_readv pid=99999999'],
    ['handle', perlCall('open_by_handle_at', -1, 0, 0), 'open_by_handle_at fd=-1 flags=0x0'],
    ['io_uring', perlCall('io_uring_setup', 0, 0), 'io_uring_setup entries=0'],
    ['userfaultfd', perlCall('userfaultfd', 0x7fff_0000), 'userfaultfd flags=0x7fff0000'],
    ['perf', perlCall('perf_event_open', 0, -1, -1, -1, 0), 'perf_event_open pid=-1 cpu=-1'],
    ['kexec', perlCall('kexec_load', 0, 0, 0, -1), 'kexec_load'],
    ['open', 'open(my $f, ">", "/nowhere/x");', /^openat "\/nowhere\/x" flags=0x[0-9a-f]+$/],
  ];

  test('each kind of attempt is recorded with its arguments and its result, and tied to sandbox, run and action (SB-3)', async () => {
    // A kernel may be built without modules or kexec.
    const calls = await callsHere();
    const attempts = ATTEMPTS.filter(([, , detail]) => calls.has(/\w+/.exec(String(detail))?.[0] ?? ''));
    expect(attempts.length).toBeGreaterThan(12);
    const script = attempts.map(([, code]) => code).join('\n');
    await runIn(outside, ['perl', '-e', script]);
    await runIn(box, ['perl', '-e', script]);
    for (const [event, code, detail] of attempts) {
      const found = await recordOf(
        records,
        (one) => one.event === event && (typeof detail === 'string' ? one.detail === detail : detail.test(one.detail)),
      );
      expect(found, `${event}: ${code}\n${records.map((one) => one.detail).join('\n')}`).toMatchObject({
        sandboxId: 'box',
        tenant: 'acme',
        runId: 'run',
        actionId: 'action',
        command: 'perl',
      });
      expect(found?.result, found?.detail).toMatch(event === 'identity' ? /^ok$/ : /^E[A-Z]+$|^errno \d+$/);
      expect(Math.abs((found?.at ?? 0) - Date.now())).toBeLessThan(60_000);
      const verdict = event === 'bpf' ? 'kill' : event === 'identity' || event === 'open' ? undefined : 'alert';
      expect(found?.verdict).toBe(verdict);
    }
    expect(killed).toEqual(['box bpf command=99']);
    // The same was done outside, first.
    expect(records.filter(({ event }) => event === 'setns')).toHaveLength(1);
  });

  test('connect is recorded with family, address and port, also when it fails (SB-3)', async () => {
    const code = `use Socket qw(:all);
      socket(my $a, PF_INET, SOCK_STREAM, 0); connect($a, sockaddr_in(9, inet_aton("127.0.0.1")));
      socket(my $b, PF_INET6, SOCK_STREAM, 0); connect($b, sockaddr_in6(9, inet_pton(AF_INET6, "::1")));
      socket(my $c, PF_UNIX, SOCK_STREAM, 0); connect($c, sockaddr_un("/nowhere.sock"));
      socket(my $d, PF_UNIX, SOCK_STREAM, 0); connect($d, pack("S a*", 1, "\\0hidden"));`;
    await runIn(box, ['perl', '-e', code]);
    for (const detail of ['inet 127.0.0.1:9', 'inet6 [::1]:9', 'unix "/nowhere.sock"', 'unix @"hidden"']) {
      const found = await recordOf(records, (one) => one.event === 'connect' && one.detail === detail);
      expect(found?.result, `${detail}\n${records.map((one) => one.detail).join('\n')}`).toMatch(/^E[A-Z]+$/);
    }
  });

  test('opens for write where a sandbox may write are not recorded, opens elsewhere are, whatever name they go by (SB-3)', async () => {
    await runIn(box, [
      'perl',
      '-e',
      `mkdir "${work}/d"; symlink "${work}/d", "${work}/link"; chdir "${work}";
       open(A, ">", "${work}/d/a"); open(B, ">", "/dev/null"); open(C, "<", "/etc/passwd"); open(D, ">", "missing/d");
       open(E, ">", "/proc/self/comm"); open(F, ">", "../../proc/self/oom_score_adj"); open(G, ">", "/etc/nowhere/g");`,
    ]);
    expect(
      await recordOf(records, (one) => one.event === 'open' && one.detail.includes('/etc/nowhere/g')),
    ).toBeDefined();
    const opened = records.filter(({ event }) => event === 'open').map(({ detail }) => /"(.*)"/.exec(detail)?.[1]);
    expect(opened).toEqual(['/proc/self/comm', '../../proc/self/oom_score_adj', '/etc/nowhere/g']);
  });

  test('a call that a seccomp filter refuses is recorded with its arguments (SB-3)', async () => {
    // prctl(PR_SET_NO_NEW_PRIVS), then a filter: mount fails with EPERM, all else is allowed.
    const { mount: number } = process.arch === 'x64' ? { mount: 165 } : { mount: 40 };
    const prctl = process.arch === 'x64' ? 157 : 167;
    await runIn(box, [
      'perl',
      '-e',
      `my $p = pack("SCCL" x 4, 0x20,0,0,0, 0x15,0,1,${number}, 0x06,0,0,0x50001, 0x06,0,0,0x7fff0000);
       my $prog = pack("S x6 P", 4, $p); syscall(${prctl}, 38, 1, 0, 0, 0); syscall(${prctl}, 22, 2, $prog);
       ${perlCall('mount', 'none', '/denied', 'nofs', 4, 0)}`,
    ]);
    const found = await recordOf(records, (one) => one.event === 'mount' && one.detail.includes('/denied'));
    expect(found).toMatchObject({
      event: 'mount',
      detail: 'mount "/denied" flags=0x4',
      result: 'EPERM',
      verdict: 'alert',
    });
  });

  test('a system call that kills is recorded (SB-3)', async () => {
    const prctl = process.arch === 'x64' ? 157 : 167;
    const getppid = process.arch === 'x64' ? 110 : 173;
    await runIn(box, [
      'perl',
      '-e',
      `my $p = pack("SCCL" x 4, 0x20,0,0,0, 0x15,0,1,${getppid}, 0x06,0,0,0x80000000, 0x06,0,0,0x7fff0000);
       my $prog = pack("S x6 P", 4, $p); syscall(${prctl}, 38, 1, 0, 0, 0); syscall(${prctl}, 22, 2, $prog);
       syscall(${getppid});`,
    ]);
    expect(await recordOf(records, (one) => one.event === 'seccomp')).toMatchObject({
      result: 'killed',
      command: 'perl',
    });
  });

  test('hostile arguments and names arrive as they were, and forge no record (SB-3)', async () => {
    const argv = [
      '/bin/echo',
      'a\nb',
      '"}\n{"type": "value", "data": [2,1]}',
      '\\x00\\uffffff41',
      'é\u0001\u007f',
      "'",
      '',
    ];
    await runIn(box, [...argv]);
    await runIn(box, [
      'perl',
      '-e',
      String.raw`$0 = "x\n\"\xff{"; open(my $f, ">", "/nowhere/\n\"\\\xff\xc3\xa9\\uffffff41");`,
    ]);
    const shown = `"/bin/echo": ${argv.map((one) => JSON.stringify(one)).join(' ')}`;
    const exec = await recordOf(records, (one) => one.event === 'exec' && one.detail.includes('echo'));
    expect(exec?.detail).toBe(shown);
    expect(exec).toMatchObject({ result: 'ok', command: 'echo' });
    const open = await recordOf(records, (one) => one.event === 'open' && one.detail.includes('/nowhere/'));
    expect(open?.command).toBe('x\n"\ufffd{');
    expect(open?.detail).toContain(`openat ${JSON.stringify('/nowhere/\n"\\\ufffdé\\uffffff41')} flags=`);
    expect(audit.stats().lost).toBe(0);
  });

  test('a long command line is recorded as far as there is room, and says that it is cut (SB-3)', async () => {
    await runIn(box, ['/bin/true', 'x'.repeat(10_000)]);
    const exec = await recordOf(records, (one) => one.event === 'exec' && one.detail.includes('xxx'));
    expect(exec?.detail).toMatch(/^"\/bin\/true": "\/bin\/true" "x{400,600}"…$/);
  });

  test('groups below a sandbox are the sandbox, and what is not watched is not recorded (SB-3)', async () => {
    const inner = makeGroup(box.path, 'inner');
    await runIn(inner, ['perl', '-e', perlCall('bpf', 77, 0, 0)]);
    expect(await recordOf(records, (one) => one.detail === 'bpf command=77')).toMatchObject({ sandboxId: 'box' });
    await inner.remove();
    audit.unwatch('other');
    await runIn(other, ['perl', '-e', perlCall('bpf', 78, 0, 0)]);
    await runIn(box, ['perl', '-e', perlCall('bpf', 79, 0, 0)]);
    expect(await recordOf(records, (one) => one.detail === 'bpf command=79')).toBeDefined();
    expect(records.filter(({ sandboxId }) => sandboxId === 'other')).toEqual([]);
    await audit.watch({ cgroupId: other.id, sandboxId: 'other', tenant: 'acme' });
  });

  test('a flood of one kind is bounded and counted, and hides nothing of other kinds or sandboxes (SB-3)', async () => {
    const flood = `for (1..20000) { open(my $f, ">", "/nowhere/flood") } ${perlCall('bpf', 80, 0, 0)}`;
    await Promise.all([
      runIn(box, ['perl', '-e', flood]),
      runIn(other, ['perl', '-e', 'open(my $f, ">", "/nowhere/quiet")']),
    ]);
    expect(await recordOf(records, (one) => one.detail === 'bpf command=80')).toBeDefined();
    expect(
      await recordOf(records, (one) => one.event === 'open' && one.detail.includes('/nowhere/quiet')),
    ).toMatchObject({
      sandboxId: 'other',
    });
    expect(await recordOf(records, (one) => one.event === 'suppressed')).toMatchObject({
      sandboxId: 'box',
      verdict: 'alert',
    });
    expect(records.filter((one) => one.event === 'open' && one.detail.includes('/nowhere/flood')).length).toBeLessThan(
      5000,
    );
    await expect.poll(() => audit.stats().suppressed, { timeout: 20_000 }).toBeGreaterThan(1000);
  });

  test('a sandbox whose group is elsewhere is refused (SB-3)', async () => {
    await expect(audit.watch({ cgroupId: outside.id, sandboxId: 'x', tenant: 'acme' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test("bpftrace killed: the gap is in every sandbox's record, and it records again, groups made meanwhile too (SB-3)", async () => {
    const [pid] = tracers();
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await recordOf(records, (one) => one.event === 'gap' && one.sandboxId === 'box')).toMatchObject({
      detail: expect.stringContaining('SIGKILL'),
      verdict: 'alert',
    });
    const made = makeGroup(parent.path, 'meanwhile');
    await audit.watch({ cgroupId: made.id, sandboxId: 'meanwhile', tenant: 'acme' });
    const again = (sandboxId: string): Promise<AuditRecord | undefined> =>
      recordOf(records, (one) => one.detail.startsWith('recording again') && one.sandboxId === sandboxId);
    await expect.poll(() => again('box'), { timeout: 100_000 }).toBeDefined();
    expect(await again('box')).toBeDefined();
    expect(await again('other')).toBeDefined();
    for (const group of [box, made]) await runIn(group, ['perl', '-e', perlCall('bpf', 81, 0, 0)]);
    for (const sandboxId of ['box', 'meanwhile']) {
      expect(
        await recordOf(records, (one) => one.detail === 'bpf command=81' && one.sandboxId === sandboxId),
      ).toBeDefined();
    }
    await made.remove();
  }, 120_000);
});

describe('audit by eBPF, the service killed', () => {
  test('SIGKILL of the service leaves no bpftrace (SB-3)', async (ctx) => {
    if (missing !== undefined || mount === undefined) return ctx.skip(missing ?? '');
    const parent = makeGroup(mount, `holdfast-audit-kill-${process.pid}`);
    const code = `import { openAudit } from ${JSON.stringify(new URL('./audit.ts', import.meta.url).href)};
      const audit = await openAudit({ parentCgroup: ${JSON.stringify(parent.path)}, rules: [], onRecord() {}, onKill() {},
        clock: { now: Date.now, monotonic: () => performance.now() } });
      console.log(audit.kind, audit.why);`;
    const service = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(service.stdout, 'data')) as [Buffer];
    expect(String(said)).toContain('ebpf');
    const children = readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8').trim().split(' ');
    expect(children).toHaveLength(1);
    service.kill('SIGKILL');
    await once(service, 'close');
    await expect.poll(() => existsSync(`/proc/${children[0]}/exe`), { timeout: 20_000 }).toBe(false);
    await parent.remove();
  }, 120_000);
});
