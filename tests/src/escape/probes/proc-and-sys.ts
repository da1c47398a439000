import { readdir, readFile } from 'node:fs/promises';

import { sandboxpb } from '@holdfast/protocol';

import type { Attack } from '../attack.ts';
import { told } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';
import { answer } from '../refused.ts';

/**
 * Opens each for writing and writes what it holds already, so that nothing changes where it succeeds. Held when none could
 * be written, by no user.
 */
async function rewrite(attack: Attack, paths: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  let holds = true;
  for (const path of paths) {
    const now = await readFile(path, 'utf8').catch(() => '');
    for (const user of attack.users) {
      const ran = await attack.attacker.probe(['write', path, now.trim()], { user });
      const written = told(ran, 'write') ?? told(ran, 'open');
      holds &&= written !== undefined && written < 0;
      said.push(`${path} as ${user}: ${answer(ran, written)}`);
    }
  }
  return verdict(holds, said.join('; '));
}

/** Opens each for reading. */
async function look(attack: Attack, paths: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  let holds = true;
  for (const path of paths) {
    for (const user of attack.users) {
      const ran = await attack.attacker.probe(['read', path], { user });
      const got = told(ran, 'read') ?? told(ran, 'open');
      holds &&= got !== undefined && got <= 0;
      said.push(`${path} as ${user}: ${answer(ran, got)}`);
    }
  }
  return verdict(holds, said.join('; '));
}

export const procAndSys: readonly Probe[] = [
  {
    id: 'sysrq',
    class: 'proc-and-sys',
    title: 'pull the kernel’s emergency brake',
    inGuest: 'kernel',
    unisolated: 'never',
    run: (attack) => rewrite(attack, ['/proc/sysrq-trigger']),
  },
  {
    id: 'core-pattern',
    class: 'proc-and-sys',
    title: 'have the host run a program for a core dump, or for a module',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => rewrite(attack, ['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe']),
  },
  {
    id: 'sysctl',
    class: 'proc-and-sys',
    title: 'change settings of the kernel',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      rewrite(attack, [
        '/proc/sys/vm/overcommit_memory',
        '/proc/sys/vm/swappiness',
        '/proc/sys/kernel/randomize_va_space',
        '/proc/sys/kernel/pid_max',
        '/proc/sys/kernel/sysrq',
        '/proc/sys/fs/protected_symlinks',
      ]),
  },
  {
    id: 'programs-of-the-kernel',
    class: 'proc-and-sys',
    title: 'register a program that the kernel starts',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      rewrite(attack, [
        '/proc/sys/fs/binfmt_misc/register',
        '/sys/kernel/uevent_helper',
        '/proc/sys/kernel/usermodehelper/bset',
      ]),
  },
  {
    id: 'sysfs',
    class: 'proc-and-sys',
    title: 'change devices and the kernel by /sys',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      rewrite(attack, [
        '/sys/kernel/mm/transparent_hugepage/enabled',
        '/sys/class/net/lo/mtu',
        '/sys/module/printk/parameters/time',
        '/sys/kernel/profiling',
      ]),
  },
  {
    id: 'other-knobs',
    class: 'proc-and-sys',
    title: 'change interrupts and memory types',
    inGuest: 'kernel',
    unisolated: 'never',
    run: (attack) => rewrite(attack, ['/proc/irq/default_smp_affinity', '/proc/mtrr', '/proc/bus/pci/00/00.0']),
  },
  {
    id: 'first-process',
    class: 'proc-and-sys',
    title: 'look into the first process: the agent, or init of the host',
    inGuest: 'boundary',
    unisolated: 'holds',
    run: (attack) =>
      look(
        attack,
        ['environ', 'maps', 'mem', 'auxv', 'stack', 'syscall', 'fd/0', 'root/etc/shadow'].map(
          (name) => `/proc/1/${name}`,
        ),
      ),
  },
  {
    id: 'memory-of-first-process',
    class: 'proc-and-sys',
    title: 'write into the memory of the first process',
    inGuest: 'boundary',
    unisolated: 'never',
    run: (attack) => rewrite(attack, ['/proc/1/mem', '/proc/1/clear_refs', '/proc/1/coredump_filter', '/proc/1/comm']),
  },
  {
    id: 'out-of-memory-score',
    class: 'proc-and-sys',
    title: 'spare itself when memory runs out, and put the agent forward',
    inGuest: 'kernel',
    unisolated: 'holds',
    async run(attack) {
      const others = attack.level === sandboxpb.Level.UNISOLATED ? [] : [['/proc/1/oom_score_adj', '1000']];
      const said: string[] = [];
      let holds = true;
      for (const [path = '', value = ''] of [['/proc/self/oom_score_adj', '-900'], ...others]) {
        for (const user of attack.users) {
          const ran = await attack.attacker.probe(['write', path, value], { user });
          const written = told(ran, 'write') ?? told(ran, 'open');
          holds &&= written !== undefined && written < 0;
          said.push(`${path} as ${user}: ${answer(ran, written)}`);
        }
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'memory-of-the-kernel',
    class: 'proc-and-sys',
    title: 'read the memory and the log of the kernel by /proc',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      look(attack, ['/proc/kcore', '/proc/kmsg', '/proc/kpagecount', '/proc/kpageflags', '/proc/vmallocinfo']),
  },
  {
    id: 'keys-of-the-host',
    class: 'proc-and-sys',
    title: 'see keys of the host in /proc/keys',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) => look(attack, ['/proc/keys']),
  },
  {
    id: 'processes-of-the-host',
    class: 'proc-and-sys',
    title: 'see a process of the host',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run({ attacker, decoys }) {
      const { stdout } = await attacker.sh('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "');
      const mine = (await readFile(`/proc/${decoys.pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
      const { length } = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      return verdict(
        !stdout.includes(mine),
        `${length} processes on the host; this one is ${stdout.includes(mine) ? '' : 'not '}seen`,
      );
    },
  },
];
