import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { DEFAULT_RULES, openAudit } from '@holdfast/sandbox';

import { findProgram } from '../../../services/sandbox/src/host/find-program.ts';
import type { Figure } from '../report.ts';
import type { FigureGroup } from '../groups.ts';

const CALLS: Readonly<Record<string, readonly [number, number]>> = {
  getppid: [110, 173],
  openat: [257, 56],
  setuid: [105, 146],
};
const number = (name: string): number => CALLS[name]?.[process.arch === 'arm64' ? 1 : 0] ?? -1;

const LOOPS = {
  'a call that is not audited': `syscall(${number('getppid')})`,
  'open for read': `syscall(${number('openat')}, -100, $absent, 0)`,
  'open for write in /tmp': `syscall(${number('openat')}, -100, $absent, 1)`,
  'a recorded call, beyond the bound': `syscall(${number('setuid')}, 0)`,
} as const;
type Loop = keyof typeof LOOPS;

const ROUNDS = 40;
const CALLS_IN_A_ROUND = 10_000;

/** Nanoseconds for each call, the loop itself included. */
function measure(group: string | undefined): Record<Loop, number> {
  const loops = Object.entries(LOOPS).map(
    ([name, call]) => `{ my $best = 9e9; for (1..${ROUNDS}) { my $began = clock_gettime(CLOCK_MONOTONIC);
      ${call} for 1..${CALLS_IN_A_ROUND};
      my $ns = (clock_gettime(CLOCK_MONOTONIC) - $began) * 1e9 / ${CALLS_IN_A_ROUND}; $best = $ns if $ns < $best; }
      print "${name}\\t$best\\n"; }`,
  );
  const code = `use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC); my $absent = "/tmp/holdfast-absent/x\\0"; ${loops.join('\n')}`;
  const enter = group === undefined ? 'exec "$@"' : `echo $$ >${group}/cgroup.procs; exec "$@"`;
  const { stdout, status, stderr } = spawnSync('/bin/sh', ['-c', enter, 'sh', 'perl', '-e', code], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`perl failed: ${stderr}`);
  const values = Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')),
  );
  return Object.fromEntries(Object.keys(LOOPS).map((name) => [name, Number(values[name])])) as Record<Loop, number>;
}

function fastest(one: Record<Loop, number>, other: Record<Loop, number>): Record<Loop, number> {
  const names = Object.keys(LOOPS) as Loop[];
  return Object.fromEntries(names.map((name) => [name, Math.min(one[name], other[name])])) as Record<Loop, number>;
}

/**
 * What the audit costs. The same loops of system calls, inside and outside a watched group, without and with the audit, in
 * turns. Of each the fastest of many short rounds counts: the machine's other work can only add.
 */
export const auditOverhead: FigureGroup = {
  name: 'audit',
  async whyNot() {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'the audit needs Linux and root';
    for (const program of ['bpftrace', 'perl']) {
      if (!(await findProgram(program))) return `${program} is not installed`;
    }
    return unifiedMount() === undefined ? 'there is no unified cgroup hierarchy' : undefined;
  },
  async measure() {
    const parent = join(unifiedMount() ?? '', `holdfast-bench-${process.pid}`);
    const group = join(parent, 'box');
    mkdirSync(group, { recursive: true });
    try {
      return await measureAudit(parent, group);
    } finally {
      rmdirSync(group);
      rmdirSync(parent);
    }
  },
};

function unifiedMount(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.find((line) => line.includes(' - cgroup2 '))?.split(' ')[4];
}

async function measureAudit(parent: string, group: string): Promise<Figure[]> {
  const before = measure(group);
  const began = performance.now();
  const audit = await openAudit({
    parentCgroup: parent,
    rules: DEFAULT_RULES,
    onRecord: () => undefined,
    onKill: () => undefined,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    only: 'ebpf',
  });
  const attachMs = performance.now() - began;
  if (audit.kind !== 'ebpf')
    throw new Error(`The audit by eBPF does not work here: ${audit.why}. Nothing was measured.`);
  await audit.watch({ cgroupId: statSync(group, { bigint: true }).ino, sandboxId: 'bench', tenant: 'bench' });
  const inside = fastest(measure(group), measure(group));
  const outside = fastest(measure(undefined), measure(undefined));
  await audit.close();
  const bare = fastest(before, measure(group));
  const figures = (Object.keys(LOOPS) as Loop[]).flatMap((name): Figure[] => [
    { name: `${name}: bare, with Perl's loop`, value: bare[name], unit: 'ns' },
    {
      name: `${name}: added in a sandbox`,
      value: inside[name] - bare[name],
      unit: 'ns',
      ...(name !== 'a recorded call, beyond the bound' && { budget: 100 }),
    },
    { name: `${name}: in a sandbox, against bare`, value: inside[name] / bare[name], unit: 'x' },
    { name: `${name}: added outside`, value: outside[name] - bare[name], unit: 'ns' },
  ]);
  return [...figures, { name: 'until it records', value: attachMs, unit: 'ms' }];
}
