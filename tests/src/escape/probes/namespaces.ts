import { constants } from 'node:os';
import { readlink } from 'node:fs/promises';

import { type Attempts, refused } from '../refused.ts';
import { type Probe, verdict } from '../probe.ts';

const FLAGS = {
  user: '0x10000000',
  mount: '0x00020000',
  pid: '0x20000000',
  network: '0x40000000',
  ipc: '0x08000000',
  uts: '0x04000000',
  cgroup: '0x02000000',
} as const;
const CLONE_NEWTIME = '0x00000080';

const withEach = (call: readonly string[]): Attempts =>
  Object.fromEntries(Object.entries(FLAGS).map(([name, flag]) => [name, [...call, flag]]));

export const namespaces: readonly Probe[] = [
  {
    id: 'unshare',
    class: 'namespaces',
    title: 'leave each namespace for a new one by unshare',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => refused(attack, { ...withEach(['call', 'unshare']), time: ['call', 'unshare', CLONE_NEWTIME] }),
  },
  {
    id: 'clone',
    class: 'namespaces',
    title: 'start a process in new namespaces by clone',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => refused(attack, withEach(['clone'])),
  },
  {
    id: 'clone3',
    class: 'namespaces',
    title: 'the same by clone3, whose flags a filter cannot see',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => refused(attack, withEach(['clone3'])),
  },
  {
    id: 'user-with-network',
    class: 'namespaces',
    title: 'be root of a nested user namespace with a network of its own',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => refused(attack, { unshare: ['call', 'unshare', '0x50000000'], clone: ['clone', '0x50020000'] }),
  },
  {
    id: 'setns-of-first-process',
    class: 'namespaces',
    title: 'enter the namespaces of the first process by setns',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      refused(
        attack,
        Object.fromEntries(
          ['net', 'ipc', 'uts', 'mnt'].map((name) => [name, ['call', 'setns', `f:/proc/1/ns/${name}`, '0']]),
        ),
        // The namespace's file cannot even be opened.
        { also: [constants.errno.EBADF] },
      ),
  },
  {
    id: 'setns-of-itself',
    class: 'namespaces',
    title: 'enter its own namespaces anew by setns',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      refused(attack, {
        net: ['call', 'setns', 'f:/proc/self/ns/net', '0'],
        ipc: ['call', 'setns', 'f:/proc/self/ns/ipc', '0'],
      }),
  },
  {
    id: 'unshare-program',
    class: 'namespaces',
    title: 'become root by the program unshare',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    async run({ attacker }) {
      const { exitCode, stdout, stderr } = await attacker.sh('unshare -Ur id -u');
      return verdict(exitCode !== 0 && stdout === '', `exit code ${exitCode}: ${stdout}${stderr}`.trim());
    },
  },
  {
    id: 'same-namespaces',
    class: 'namespaces',
    title: 'be in a namespace of the host',
    inGuest: 'kernel',
    unisolated: 'escapes',
    async run({ attacker }) {
      const shared: string[] = [];
      for (const name of ['mnt', 'pid', 'net', 'ipc', 'uts']) {
        const { stdout } = await attacker.sh(`readlink /proc/self/ns/${name}`);
        if (stdout.trim() === '' || stdout.trim() === (await readlink(`/proc/self/ns/${name}`))) shared.push(name);
      }
      return verdict(shared.length === 0, shared.length === 0 ? 'none is shared' : `shared: ${shared.join(', ')}`);
    },
  },
  {
    id: 'chroot',
    class: 'namespaces',
    title: 'change the root, from which one can climb out',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      refused(attack, { chroot: ['call', 'chroot', 's:/'], pivot_root: ['call', 'pivot_root', 's:/', 's:/'] }),
  },
  {
    id: 'mount',
    class: 'namespaces',
    title: 'mount a file system, bind the root, make it writable',
    inGuest: 'kernel',
    unisolated: 'never',
    run: (attack) => {
      const at = `s:${attack.attacker.scratch}`;
      return refused(attack, {
        tmpfs: ['call', 'mount', 's:x', at, 's:tmpfs', '0', '0'],
        proc: ['call', 'mount', 's:x', at, 's:proc', '0', '0'],
        sysfs: ['call', 'mount', 's:x', at, 's:sysfs', '0', '0'],
        bind: ['call', 'mount', 's:/', at, '0', '0x1000', '0'],
        remount: ['call', 'mount', 's:none', 's:/', '0', '0x20', '0'],
        move: ['call', 'mount', 's:/proc', at, '0', '0x2000', '0'],
        shared: ['call', 'mount', 's:none', 's:/', '0', '0x104000', '0'],
      });
    },
  },
  {
    id: 'umount',
    class: 'namespaces',
    title: 'take away what is mounted over something',
    inGuest: 'kernel',
    unisolated: 'never',
    run: (attack) =>
      refused(attack, {
        proc: ['call', 'umount2', 's:/proc', '2'],
        home: ['call', 'umount2', 's:/home/user', '2'],
        root: ['call', 'umount2', 's:/', '2'],
      }),
  },
  {
    id: 'new-mount-calls',
    class: 'namespaces',
    title: 'the same by fsopen, open_tree, move_mount and mount_setattr',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      refused(attack, {
        fsopen: ['call', 'fsopen', 's:tmpfs', '0'],
        fspick: ['call', 'fspick', '-100', 's:/', '0'],
        open_tree: ['call', 'open_tree', '-100', 's:/', '1'],
        move_mount: ['call', 'move_mount', '-1', 's:', '-1', 's:', '0'],
        mount_setattr: ['call', 'mount_setattr', '-1', 's:', '0', 'z:32', '32'],
      }),
  },
];
