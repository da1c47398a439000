import type { Attack } from '../attack.ts';
import { told } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';
import { answer, refused } from '../refused.ts';

/** Looks for files of control groups by their names, and opens each for writing, without a word. */
async function openFor(attack: Attack, names: readonly string[]): Promise<Verdict> {
  const wanted = names.map((name) => `-name ${name}`).join(' -o ');
  const { stdout } = await attack.attacker.sh(
    `find /sys/fs/cgroup -maxdepth 3 \\( ${wanted} \\) 2>/dev/null | head -n 12`,
  );
  const files = stdout.split('\n').filter((file) => file !== '');
  const said: string[] = [];
  let holds = true;
  for (const file of files) {
    for (const user of attack.users) {
      const ran = await attack.attacker.probe(['write', file, ''], { user });
      const opened = told(ran, 'open');
      holds &&= opened !== undefined && opened < 0;
      said.push(`${file} as ${user}: ${answer(ran, opened)}`);
    }
  }
  return verdict(holds, said.length === 0 ? 'no such file is there' : said.join('; '));
}

export const cgroups: readonly Probe[] = [
  {
    id: 'release-agent',
    class: 'cgroups',
    title: 'have the host run a program when a control group is empty',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) => openFor(attack, ['release_agent', 'notify_on_release']),
  },
  {
    id: 'leave-control-group',
    class: 'cgroups',
    title: 'go into another control group',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => openFor(attack, ['cgroup.procs', 'tasks', 'cgroup.subtree_control']),
  },
  {
    id: 'raise-quotas',
    class: 'cgroups',
    title: 'give itself more memory, processes and devices',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) => openFor(attack, ['memory.limit_in_bytes', 'memory.max', 'pids.max', 'devices.allow', 'cpu.max']),
  },
  {
    id: 'mount-control-groups',
    class: 'cgroups',
    title: 'mount control groups, with a release agent of its own',
    inGuest: 'kernel',
    unisolated: 'never',
    run: (attack) => {
      const at = `s:${attack.attacker.scratch}`;
      return refused(attack, {
        v1: ['call', 'mount', 's:x', at, 's:cgroup', '0', 's:rdma'],
        named: ['call', 'mount', 's:x', at, 's:cgroup', '0', 's:none,name=holdfast-escape'],
        v2: ['call', 'mount', 's:x', at, 's:cgroup2', '0', '0'],
      });
    },
  },
];
