import { constants } from 'node:os';
import { once } from 'node:events';

import { ipv4, unix, words } from '../addresses.ts';
import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';
import { answer, refused } from '../refused.ts';

const { ENOENT, ECONNREFUSED, ESRCH } = constants.errno;
const NAME = `holdfast-neighbour-${process.pid}`;
/** A key that nobody else uses, by the number of this process. */
const KEY = String(0x48460000 + (process.pid & 0xffff));
const SHARED = String(0o1666);

export const neighbours: readonly Probe[] = [
  {
    id: 'files-of-others',
    class: 'neighbours',
    title: 'read a file of another sandbox by its path',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run({ attacker, bystander, bystandersSecret }) {
      const { stdout } = await attacker.sh(`cat ${bystander.scratch}/own /home/*/own /workspace/../own 2>/dev/null`);
      return verdict(!stdout.includes(bystandersSecret), stdout === '' ? 'nothing was read' : stdout);
    },
  },
  {
    id: 'memory-files-of-others',
    class: 'neighbours',
    title: 'read what another sandbox has in /dev/shm',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run({ attacker, bystander, bystandersSecret }) {
      await bystander.sh(`echo ${bystandersSecret} > /dev/shm/${NAME}; chmod 666 /dev/shm/${NAME}`);
      const { stdout } = await attacker.sh(`cat /dev/shm/${NAME} 2>/dev/null`);
      await bystander.sh(`rm -f /dev/shm/${NAME}`);
      return verdict(stdout === '', stdout === '' ? 'nothing was read' : 'it was read');
    },
  },
  {
    id: 'processes-of-others',
    class: 'neighbours',
    title: 'see, signal and trace a process of another sandbox',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      const { attacker, bystander } = attack;
      const victim = await bystander.start(['sleep', '7771']);
      const ended = victim.exited.then(() => true);
      const seen = await attacker.sh(
        'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c "sleep 7771[ ]" || true',
      );
      const traced = await refused(
        attack,
        { seize: ['call', 'ptrace', '0x4206', String(victim.pid), '0', '0'] },
        { also: [ESRCH] },
      );
      // Where processes are numbered apart, the number is nobody's, or one of the attacker's own.
      const killed = await attacker.sh(`kill -9 ${victim.pid}`);
      const { stdout } = await bystander.sh(`cat /proc/${victim.pid}/cmdline 2>/dev/null | tr "\\0" " "`);
      const isAlive = stdout.includes('sleep 7771');
      victim.kill();
      await ended;
      return verdict(
        isAlive && seen.stdout.trim() === '0',
        `seen: ${seen.stdout.trim()}; ${traced.evidence}; kill: exit code ${killed.exitCode}; it ${isAlive ? 'lives' : 'is dead'}`,
      );
    },
  },
  {
    id: 'abstract-sockets-of-others',
    class: 'neighbours',
    title: 'connect to an abstract Unix socket of another sandbox',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run({ attacker, bystander, bystandersSecret }) {
      const holder = await bystander.start([bystander.program, 'hold', NAME, bystandersSecret]);
      await once(holder.stdout, 'data');
      const ran = await attacker.probe(['dial', '1', '1', '0', unix(`\0${NAME}`), words('x')]);
      holder.kill();
      await holder.exited;
      return verdict(told(ran, 'connect') === -ECONNREFUSED, answer(ran, told(ran, 'connect')));
    },
  },
  {
    id: 'ports-of-others',
    class: 'neighbours',
    title: 'connect to a port of another sandbox',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      const { attacker, bystandersSecret } = attack;
      const other = await attack.open();
      const port = 40_000 + (process.pid % 20_000);
      await other.box.agent.listen(port, (stream) => stream.end(bystandersSecret));
      const ran = await attacker.probe(['dial', '2', '1', '0', ipv4('127.0.0.1', port), words('x')]);
      return verdict(told(ran, 'connect') === -ECONNREFUSED, answer(ran, told(ran, 'connect')));
    },
  },
  {
    id: 'shared-memory-of-others',
    class: 'neighbours',
    title: 'attach shared memory, semaphores and queues of System V of another sandbox',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      const make = [
        ['call', 'shmget', KEY, '4096', SHARED],
        ['call', 'semget', KEY, '1', SHARED],
        ['call', 'msgget', KEY, SHARED],
      ];
      for (const args of make) await attack.bystander.probe(args);
      const seen = await refused(
        attack,
        {
          memory: ['call', 'shmget', KEY, '4096', '0'],
          semaphores: ['call', 'semget', KEY, '1', '0'],
          queue: ['call', 'msgget', KEY, '0'],
        },
        { also: [ENOENT] },
      );
      await attack.bystander.sh(`ipcrm -M ${KEY}; ipcrm -S ${KEY}; ipcrm -Q ${KEY}`);
      return seen;
    },
  },
  {
    id: 'message-queues-of-others',
    class: 'neighbours',
    title: 'open a POSIX message queue of another sandbox',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      await attack.bystander.probe(['call', 'mq_open', `s:${NAME}`, '66', '438', '0']);
      const seen = await refused(attack, { open: ['call', 'mq_open', `s:${NAME}`, '0', '0', '0'] }, { also: [ENOENT] });
      await attack.bystander.probe(['call', 'mq_unlink', `s:${NAME}`]);
      return seen;
    },
  },
  {
    id: 'keys-of-others',
    class: 'neighbours',
    title: 'read keys that another sandbox has put into a keyring of its user',
    inGuest: 'kernel',
    unisolated: 'escapes',
    async run(attack) {
      await attack.bystander.probe(['call', 'add_key', 's:user', `s:${NAME}`, 'x:00', '1', '-4']);
      const seen = await refused(attack, { search: ['call', 'keyctl', '10', '-4', 's:user', `s:${NAME}`, '0'] });
      // KEYCTL_INVALIDATE needs its number, which the search tells.
      const found = await attack.bystander.probe(['call', 'keyctl', '10', '-4', 's:user', `s:${NAME}`, '0']);
      const key = told(found, 'result') ?? -1;
      if (key > 0) await attack.bystander.probe(['call', 'keyctl', '21', String(key)]);
      return seen;
    },
  },
  {
    id: 'homes-on-the-host',
    class: 'neighbours',
    title: 'reach the disks of other sandboxes by the paths of the host that /proc/self/mountinfo tells',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, hostFolder }) {
      const { stdout } = await attacker.sh(
        `cut -d' ' -f4,10 /proc/self/mountinfo; ls ${hostFolder}/.. ${hostFolder} /tmp/holdfast-* 2>/dev/null`,
      );
      const { exitCode } = await attacker.sh(`ls ${hostFolder} 2>/dev/null`);
      return verdict(
        exitCode !== 0,
        `${stdout.split('\n').length} lines of mounts; the folder is ${exitCode === 0 ? '' : 'not '}there`,
      );
    },
  },
];
