/**
 * The system call filter of the process level: classic BPF, as the kernel takes it.
 *
 * A deny list for what namespaces and missing privileges leave as attack surface: new namespaces and mounts, other
 * processes' memory, kernel modules, bpf, io_uring, keyrings; and the socket families that a network namespace does
 * not hold back (AF_VSOCK reaches the hypervisor of a virtual machine).
 */

type Architecture = 'x64' | 'arm64';

const AUDIT_ARCH: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Refused with EPERM. Numbers of [x64, arm64]; null where the architecture has no such call. */
const DENIED: Readonly<Record<string, readonly [number, number | null]>> = {
  acct: [163, 89],
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, null],
  iopl: [172, null],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
};

const CLONE: Record<Architecture, number> = { x64: 56, arm64: 220 };
const CLONE3 = 435;
const SOCKET: Record<Architecture, number> = { x64: 41, arm64: 198 };
/** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACE = 0x7e020080;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. */
const SOCKET_FAMILIES = [1, 2, 10, 16];
const PERSONALITY: Record<Architecture, number> = { x64: 135, arm64: 92 };
/** Linux, 32-bit addresses, the uname of Linux 2.6, both, and the question which one it is. Others weaken the process. */
const PERSONALITIES = [0, 8, 0x20000, 0x20008, 0xffffffff];
const X32_BIT = 0x40000000;

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const fail = (errno: number): number => 0x00050000 | errno;

/** Offsets in struct seccomp_data; both architectures are little-endian, so an argument's low half comes first. */
const AT_NUMBER = 0;
const AT_ARCHITECTURE = 4;
const AT_ARGUMENT_0 = 16;

interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const load = (offset: number): Instruction => ({ code: 0x20, jt: 0, jf: 0, k: offset });
const answer = (k: number): Instruction => ({ code: 0x06, jt: 0, jf: 0, k });
const jump = (code: number, k: number, jt: number, jf: number): Instruction => ({ code, jt, jf, k });
const ifEqual = (k: number, jt: number, jf: number): Instruction => jump(0x15, k, jt, jf);
const ifAtLeast = (k: number, jt: number, jf: number): Instruction => jump(0x35, k, jt, jf);
const ifAnyBit = (k: number, jt: number, jf: number): Instruction => jump(0x45, k, jt, jf);

function program(arch: Architecture): Instruction[] {
  const column = arch === 'x64' ? 0 : 1;
  const denied = Object.values(DENIED)
    .map((numbers) => numbers[column])
    .filter((number) => number !== null && number !== undefined);
  return [
    load(AT_ARCHITECTURE),
    ifEqual(AUDIT_ARCH[arch], 1, 0),
    answer(KILL_PROCESS),
    load(AT_NUMBER),
    ifAtLeast(X32_BIT, 0, 1),
    answer(KILL_PROCESS),
    ...denied.flatMap((number) => [ifEqual(number, 0, 1), answer(fail(EPERM))]),
    // Its flags lie in memory, where a filter cannot look; without it, libraries fall back to clone.
    ifEqual(CLONE3, 0, 1),
    answer(fail(ENOSYS)),
    ifEqual(CLONE[arch], 0, 4),
    load(AT_ARGUMENT_0),
    ifAnyBit(NEW_NAMESPACE, 0, 1),
    answer(fail(EPERM)),
    answer(ALLOW),
    ifEqual(PERSONALITY[arch], 0, PERSONALITIES.length + 3),
    load(AT_ARGUMENT_0),
    ...PERSONALITIES.map((personality, index) => ifEqual(personality, PERSONALITIES.length - index, 0)),
    answer(fail(EPERM)),
    answer(ALLOW),
    ifEqual(SOCKET[arch], 0, SOCKET_FAMILIES.length + 2),
    load(AT_ARGUMENT_0),
    ...SOCKET_FAMILIES.map((family, index) => ifEqual(family, SOCKET_FAMILIES.length - index, 0)),
    answer(fail(EAFNOSUPPORT)),
    answer(ALLOW),
  ];
}

/** The filter for this processor, or undefined for one that it is not written for (then there is none). */
export function seccompFilter(arch: string): Uint8Array | undefined {
  if (arch !== 'x64' && arch !== 'arm64') return undefined;
  const instructions = program(arch);
  const bytes = Buffer.alloc(instructions.length * 8);
  instructions.forEach(({ code, jt, jf, k }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return bytes;
}
