import { constants } from 'node:os';

import { ALLOWED_CALLS } from './system-calls.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'SCMP_ARCH_X86_64', arm64: 'SCMP_ARCH_AARCH64' };

/** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACE = 0x7e020080;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: a network namespace holds back what they reach. AF_VSOCK, 40, it does not. */
const SOCKET_FAMILIES = [1, 2, 10, 16];
/** More than there are. */
const FAMILIES_END = 64;
/** Linux, 32-bit addresses, the uname of Linux 2.6, both, and the question which one it is. */
const PERSONALITIES = [0, 8, 0x20000, 0x20008, 0xffffffff];

interface Condition {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args: readonly Condition[];
}

/** A profile in the form that container engines take. */
export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly architectures: readonly string[];
  readonly syscalls: readonly Rule[];
}

/**
 * The system call filter of the container level: an allow list, EPERM for the rest. Undefined for a processor that it
 * is not written for; then the engine's own filter holds.
 */
export function seccompProfile(arch: string): SeccompProfile | undefined {
  const architecture = ARCHITECTURES[arch];
  if (architecture === undefined) return undefined;
  const { ENOSYS, EAFNOSUPPORT } = constants.errno;
  const refusedFamilies = Array.from({ length: FAMILIES_END }, (_, family) => family).filter(
    (family) => !SOCKET_FAMILIES.includes(family),
  );
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    architectures: [architecture],
    syscalls: [
      { names: ALLOWED_CALLS, action: 'SCMP_ACT_ALLOW', args: [] },
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: NEW_NAMESPACE, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
      // Its flags lie in memory, where a filter cannot look; without it, libraries fall back to clone.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS, args: [] },
      ...SOCKET_FAMILIES.map((family) => whenEqual('socket', family)),
      // Programs know this answer and try another family; EPERM would end some.
      ...refusedFamilies.map((family) => ({
        ...whenEqual('socket', family),
        action: 'SCMP_ACT_ERRNO' as const,
        errnoRet: EAFNOSUPPORT,
      })),
      ...PERSONALITIES.map((personality) => whenEqual('personality', personality)),
    ],
  };
}

function whenEqual(name: string, value: number): Rule {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }] };
}
