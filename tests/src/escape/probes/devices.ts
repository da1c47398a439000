import { readdir } from 'node:fs/promises';

import type { Attack } from '../attack.ts';
import { told } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';
import { answer, refused } from '../refused.ts';

const HARMLESS = /^\/dev\/(full|null|random|tty|urandom|zero|ptmx|console|pts\/ptmx|pts\/\d+)$/;

async function openEach(attack: Attack, paths: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  let holds = true;
  for (const user of attack.users) {
    for (const path of paths) {
      const ran = await attack.attacker.probe(['call', 'openat', '-100', `s:${path}`, '0x80800'], { user });
      const opened = told(ran, 'result');
      holds &&= opened !== undefined && opened < 0;
      said.push(`${path} as ${user}: ${answer(ran, opened)}`);
    }
  }
  return verdict(holds, said.join('; '));
}

export const devices: readonly Probe[] = [
  {
    id: 'make-device',
    class: 'devices',
    title: 'make a node for the memory, a disk, and the kernel’s log',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => {
      const at = attack.attacker.scratch;
      return refused(attack, {
        memory: ['call', 'mknodat', '-100', `s:${at}/memory-node`, '0x21b6', '0x101'],
        disk: ['call', 'mknodat', '-100', `s:${at}/disk-node`, '0x61b6', '0x800'],
        log: ['call', 'mknodat', '-100', `s:${at}/log-node`, '0x21b6', '0x10b'],
      });
    },
  },
  {
    id: 'memory-devices',
    class: 'devices',
    title: 'open the memory and the log of the kernel as devices',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      openEach(attack, ['/dev/mem', '/dev/kmem', '/dev/port', '/dev/kmsg', '/dev/cpu/0/msr', '/dev/mcelog']),
  },
  {
    id: 'dangerous-devices',
    class: 'devices',
    title: 'open devices that lead out: kvm, fuse, loop, tun, vhost, vsock, uinput',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      openEach(attack, [
        '/dev/kvm',
        '/dev/fuse',
        '/dev/loop-control',
        '/dev/loop0',
        '/dev/net/tun',
        '/dev/vhost-net',
        '/dev/vhost-vsock',
        '/dev/vsock',
        '/dev/uinput',
        '/dev/mapper/control',
        '/dev/snapshot',
        '/dev/userfaultfd',
      ]),
  },
  {
    id: 'disks',
    class: 'devices',
    title: 'read a disk of the host past its files',
    inGuest: 'kernel',
    unisolated: 'holds',
    async run(attack) {
      const disks = (await readdir('/sys/block').catch(() => [])).slice(0, 12);
      return openEach(
        attack,
        [...disks, 'sda', 'vda', 'nvme0n1'].map((name) => `/dev/${name}`),
      );
    },
  },
  {
    id: 'all-devices',
    class: 'devices',
    title: 'find any device but the harmless ones',
    inGuest: 'kernel',
    unisolated: 'holds',
    async run({ attacker }) {
      const { stdout } = await attacker.sh('find /dev -type c -o -type b 2>/dev/null');
      const found = stdout.split('\n').filter((path) => path !== '' && !HARMLESS.test(path));
      return verdict(found.length === 0, found.length === 0 ? 'none' : found.slice(0, 8).join(' '));
    },
  },
];
