import { constants } from 'node:os';

import { unix, words } from '../addresses.ts';
import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';
import { refused } from '../refused.ts';

const { ENOENT, ECONNREFUSED, ENOTDIR } = constants.errno;
const TALK = words('GET /info HTTP/1.0\r\n\r\n');

export const hostSockets: readonly Probe[] = [
  {
    id: 'container-socket',
    class: 'host-sockets',
    title: 'speak with the container engine of the host by its Unix socket',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) =>
      refused(
        attack,
        Object.fromEntries(
          ['', '/proc/1/root', '/proc/self/root/..'].map((prefix) => [
            `${prefix}docker.sock`,
            ['dial', '1', '1', '0', unix(prefix + attack.decoys.unixSocket), TALK],
          ]),
        ),
        { name: 'connect', also: [ENOENT, ENOTDIR] },
      ),
  },
  {
    id: 'usual-sockets',
    class: 'host-sockets',
    title: 'find sockets of the host’s services where they usually are',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const paths = [
        '/var/run/docker.sock',
        '/run/containerd/containerd.sock',
        '/run/podman/podman.sock',
        '/run/dbus/system_bus_socket',
        '/run/systemd/private',
        '/run/systemd/journal/socket',
        '/dev/log',
        '/run/nscd/socket',
      ];
      const { stdout } = await attacker.sh(`for path in ${paths.join(' ')}; do [ -e $path ] && echo $path; done; true`);
      return verdict(stdout === '', stdout.trim().replaceAll('\n', ' ') || 'none is there');
    },
  },
  {
    id: 'abstract-socket',
    class: 'host-sockets',
    title: 'speak with an abstract Unix socket of the host',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) =>
      refused(
        attack,
        { abstract: ['dial', '1', '1', '0', unix(`\0${attack.decoys.abstractSocket}`), TALK] },
        { name: 'connect', also: [ECONNREFUSED] },
      ),
  },
  {
    id: 'inherited-descriptors',
    class: 'host-sockets',
    title: 'use a descriptor that the service or the launcher left open',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        const { stdout } = await attack.attacker.sh('for fd in /proc/self/fd/*; do echo "$fd $(readlink $fd)"; done', {
          user,
        });
        const odd = stdout
          .split('\n')
          .filter((line) => line !== '')
          .filter((line) => !/ (pipe:\[\d+\]|\/dev\/null|\/proc\/\d+\/fd|)$/.test(line));
        holds &&= odd.length === 0 && stdout.includes('/dev/null');
        said.push(`${user}: ${odd.join(' ') || 'only pipes and /dev/null'}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'link-of-the-agent',
    class: 'host-sockets',
    title: 'take the place of the agent on its link to the service',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      // A greeting as the agent sends one, of another version.
      const hello = words(Uint8Array.from([8, 0, 0, 0, 64, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0]));
      const said: string[] = [];
      for (const name of ['user', 'root']) {
        const ran = await attacker.probe(['dial', '1', '1', '0', unix(`/.holdfast/link/${name}`), hello]);
        said.push(`${name}: connect ${told(ran, 'connect')}, heard ${told(ran, 'heard') ?? 'nothing'}`);
      }
      const { stdout } = await attacker.sh('echo still here');
      return verdict(stdout === 'still here\n', said.join('; '));
    },
  },
];
