import { constants } from 'node:os';

import type { Attempts } from '../refused.ts';
import { refused } from '../refused.ts';
import type { Probe } from '../probe.ts';

/** attr of BPF_MAP_CREATE: an array of one element. */
const BPF_MAP = `x:${Buffer.from(new Uint32Array([2, 4, 8, 1]).buffer)
  .toString('hex')
  .padEnd(144, '0')}`;
/** struct perf_event_attr: the software clock. */
const PERF_CLOCK = `x:${Buffer.from(new Uint32Array([1, 112, 0, 0]).buffer)
  .toString('hex')
  .padEnd(224, '0')}`;
const NOW = (): string => {
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(Math.floor(Date.now() / 1000)), 0);
  return `x:${time.toString('hex')}`;
};

interface Calls {
  readonly id: string;
  readonly title: string;
  readonly unisolated: Probe['unisolated'];
  readonly attempts: () => Attempts;
  readonly also?: readonly number[];
}

/** The calls have the arguments with which a user who may do it succeeds, or fails for another reason than privileges. */
const CALLS: readonly Calls[] = [
  {
    id: 'io-uring',
    title: 'io_uring, which makes calls that no filter sees',
    unisolated: 'escapes-as-root',
    attempts: () => ({ io_uring_setup: ['call', 'io_uring_setup', '8', 'z:120'] }),
  },
  {
    id: 'bpf',
    title: 'load programs and maps into the kernel by bpf',
    unisolated: 'escapes-as-root',
    attempts: () => ({ map: ['call', 'bpf', '0', BPF_MAP, '72'] }),
  },
  {
    id: 'perf',
    title: 'watch the kernel by perf_event_open',
    unisolated: 'escapes-as-root',
    attempts: () => ({ clock: ['call', 'perf_event_open', PERF_CLOCK, '0', '-1', '-1', '0'] }),
  },
  {
    id: 'userfaultfd',
    title: 'stop the kernel amid a copy by userfaultfd',
    unisolated: 'escapes-as-root',
    attempts: () => ({ userfaultfd: ['call', 'userfaultfd', '0x80000'] }),
  },
  {
    id: 'keyctl',
    title: 'look into keyrings by keyctl',
    unisolated: 'escapes',
    attempts: () => ({
      session: ['call', 'keyctl', '0', '-3', '1'],
      user: ['call', 'keyctl', '0', '-4', '0'],
      persistent: ['call', 'keyctl', '22', '0', '-2'],
    }),
  },
  {
    id: 'add-key',
    title: 'put keys into keyrings, which no namespace parts',
    unisolated: 'escapes',
    attempts: () => ({ add_key: ['call', 'add_key', 's:user', 's:holdfast-escape', 'x:00', '1', '-2'] }),
  },
  {
    id: 'request-key',
    title: 'have the host’s helper asked for a key',
    unisolated: 'escapes',
    attempts: () => ({ request_key: ['call', 'request_key', 's:user', 's:holdfast-none', '0', '0'] }),
  },
  {
    id: 'open-by-handle',
    title: 'open the root of the host’s disk by a guessed handle',
    unisolated: 'escapes-as-root',
    attempts: () => ({ root: ['handle', '/'], etc: ['handle', '/etc'], proc: ['handle', '/proc'] }),
  },
  {
    id: 'memory-of-others',
    title: 'read and write the memory of other processes',
    unisolated: 'escapes-as-root',
    attempts: () => ({
      process_vm_readv: ['call', 'process_vm_readv', '1', '0', '0', '0', '0', '0'],
      process_vm_writev: ['call', 'process_vm_writev', '1', '0', '0', '0', '0', '0'],
    }),
    // Of the first process nobody inside is the owner.
    also: [constants.errno.ESRCH],
  },
  {
    id: 'ptrace',
    title: 'trace processes',
    unisolated: 'escapes',
    attempts: () => ({
      seize: ['call', 'ptrace', '0x4206', '1', '0', '0'],
      traceme: ['call', 'ptrace', '0', '0', '0', '0'],
    }),
  },
  {
    id: 'kcmp',
    title: 'compare kernel objects of processes by kcmp',
    unisolated: 'holds',
    attempts: () => ({ memory: ['call', 'kcmp', '1', '1', '1', '0', '0'] }),
  },
  {
    id: 'pidfd-getfd',
    title: 'take descriptors of other processes by pidfd_getfd',
    unisolated: 'escapes',
    attempts: () => ({ pidfd_getfd: ['call', 'pidfd_getfd', '-1', '0', '0'] }),
  },
  {
    id: 'kexec',
    title: 'start another kernel',
    unisolated: 'never',
    attempts: () => ({
      kexec_load: ['call', 'kexec_load', '0', '0', '0', '0'],
      kexec_file_load: ['call', 'kexec_file_load', '-1', '-1', '0', '0', '0'],
    }),
  },
  {
    id: 'modules',
    title: 'load and remove kernel modules',
    unisolated: 'holds',
    attempts: () => ({
      init_module: ['call', 'init_module', 'z:16', '16', 's:'],
      finit_module: ['call', 'finit_module', 'f:/dev/null', 's:', '0'],
      delete_module: ['call', 'delete_module', 's:holdfast_none', '0x800'],
    }),
  },
  {
    id: 'clock',
    title: 'set the clock',
    unisolated: 'never',
    attempts: () => ({
      clock_settime: ['call', 'clock_settime', '0', NOW()],
      settimeofday: ['call', 'settimeofday', NOW(), '0'],
    }),
  },
  {
    id: 'host-name',
    title: 'change the names of the machine',
    unisolated: 'never',
    attempts: () => ({
      sethostname: ['call', 'sethostname', 's:escaped', '7'],
      setdomainname: ['call', 'setdomainname', 's:escaped', '7'],
    }),
  },
  {
    id: 'swap',
    title: 'turn swap on and off',
    unisolated: 'never',
    attempts: () => ({ swapon: ['call', 'swapon', 's:/nowhere', '0'], swapoff: ['call', 'swapoff', 's:/nowhere'] }),
  },
  {
    id: 'accounting',
    title: 'have the kernel write to a file by acct',
    unisolated: 'holds',
    attempts: () => ({ acct: ['call', 'acct', 's:/nowhere/file'] }),
  },
  {
    id: 'quotas-of-disks',
    title: 'read and change quotas of disks',
    unisolated: 'holds',
    attempts: () => ({ sync: ['call', 'quotactl', '0x80000100', '0', '0', '0'] }),
  },
  {
    id: 'personality',
    title: 'turn off the randomness of addresses',
    unisolated: 'escapes',
    attempts: () => ({
      no_randomize: ['call', 'personality', '0x0040000'],
      read_implies_exec: ['call', 'personality', '0x0400000'],
    }),
  },
  {
    id: 'reboot',
    title: 'stop the machine',
    unisolated: 'never',
    // Without its magic numbers the call does nothing; that it is refused is seen all the same.
    attempts: () => ({ reboot: ['call', 'reboot', '0', '0', '0', '0'] }),
  },
  {
    id: 'kernel-log',
    title: 'read the log of the kernel by syslog',
    unisolated: 'escapes-as-root',
    attempts: () => ({ all: ['call', 'syslog', '3', 'z:4096', '4096'], size: ['call', 'syslog', '10', '0', '0'] }),
  },
  {
    id: 'hang-up',
    title: 'hang up terminals by vhangup',
    unisolated: 'never',
    attempts: () => ({ vhangup: ['call', 'vhangup'] }),
  },
  {
    id: 'real-time',
    title: 'run before everybody else: real-time scheduling, high priority',
    unisolated: 'holds',
    attempts: () => ({
      fifo: ['call', 'sched_setscheduler', '0', '1', 'x:01000000'],
      nice: ['call', 'setpriority', '0', '0', '-20'],
    }),
  },
  {
    id: 'hard-limits',
    title: 'raise its own hard limits',
    unisolated: 'holds',
    attempts: () => ({ core: ['call', 'prlimit64', '0', '4', `x:${'ffffffff00000000'.repeat(2)}`, '0'] }),
  },
  {
    id: 'ports-of-the-machine',
    title: 'reach the hardware by input and output ports',
    unisolated: 'holds',
    attempts: () => ({ ioperm: ['call', 'ioperm', '128', '1', '1'], iopl: ['call', 'iopl', '3'] }),
  },
  {
    id: 'entry-of-32-bit',
    title: 'call by the entry for 32-bit programs, whose numbers mean other calls',
    unisolated: 'holds',
    attempts: () => ({ getpid: ['legacy', '20'], mount: ['legacy', '21'] }),
  },
  {
    id: 'entry-of-x32',
    title: 'call by the numbers of x32, which a filter of numbers may miss',
    unisolated: 'holds',
    attempts: () => ({ getpid: ['call', 'x32:getpid'], ptrace: ['call', 'x32:ptrace', '0', '0', '0', '0'] }),
  },
  {
    id: 'socket-families',
    title: 'open sockets that a network namespace does not hold back',
    unisolated: 'escapes-as-root',
    attempts: () =>
      Object.fromEntries(
        Object.entries({
          vsock: 40,
          packet: 17,
          alg: 38,
          bluetooth: 31,
          can: 29,
          rds: 21,
          tipc: 30,
          xdp: 44,
          key: 15,
        }).map(([name, family]) => [name, ['call', 'socket', String(family), '3', '0']]),
      ),
  },
];

export const seccomp: readonly Probe[] = CALLS.map(({ id, title, unisolated, attempts, also }) => ({
  id,
  class: 'seccomp',
  title,
  inGuest: 'kernel',
  unisolated,
  run: (attack) => refused(attack, attempts(), also ? { also } : {}),
}));
