import type { AuditEvent } from './audit-record.ts';

/** How one system call is recorded. Arguments are counted from 0. */
export interface AuditedCall {
  readonly name: string;
  readonly event: AuditEvent;
  /** The argument that points to text. */
  readonly text?: number;
  /** Arguments that are shown as numbers, by the name they are shown under. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Only when this argument has one of these bits. */
  readonly onlyWith?: { readonly argument: number; readonly bits: number };
  /** The argument points to a structure that begins with 64 bits of flags; `onlyWith` and `flags` look there. */
  readonly structure?: number;
}

/** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACE = 0x7e020080;
/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC. */
export const WRITES = 0x243;

const plain = (event: AuditEvent, numbers: Readonly<Record<string, number>>, ...names: string[]): AuditedCall[] =>
  names.map((name) => ({ name, event, numbers }));
const named = (
  event: AuditEvent,
  text: number,
  numbers: Readonly<Record<string, number>>,
  ...names: string[]
): AuditedCall[] => names.map((name) => ({ name, event, text, numbers }));

/** Each call whose return is recorded in one common shape. exec, connect and open for write have their own. */
export const AUDITED_CALLS: readonly AuditedCall[] = [
  ...plain('ptrace', { request: 0, pid: 1 }, 'ptrace'),
  ...named('mount', 1, { flags: 3 }, 'mount', 'pivot_root'),
  ...named('mount', 0, { flags: 1 }, 'fsopen', 'chroot'),
  ...named('mount', 1, { flags: 2 }, 'open_tree', 'fspick', 'mount_setattr'),
  ...named('mount', 3, { flags: 4 }, 'move_mount'),
  ...plain('mount', { fd: 0, flags: 1 }, 'fsmount'),
  ...plain('mount', { fd: 0, command: 1 }, 'fsconfig'),
  ...named('umount', 0, { flags: 1 }, 'umount'),
  ...plain('setns', { fd: 0, type: 1 }, 'setns'),
  ...plain('unshare', { flags: 0 }, 'unshare'),
  { name: 'clone', event: 'clone', numbers: { flags: 0 }, onlyWith: { argument: 0, bits: NEW_NAMESPACE } },
  {
    name: 'clone3',
    event: 'clone',
    numbers: { flags: 0 },
    onlyWith: { argument: 0, bits: NEW_NAMESPACE },
    structure: 0,
  },
  ...plain('bpf', { command: 0 }, 'bpf'),
  ...named('module', 2, {}, 'init_module'),
  ...named('module', 1, { fd: 0, flags: 2 }, 'finit_module'),
  ...named('module', 0, { flags: 1 }, 'delete_module'),
  ...plain('keyring', { operation: 0 }, 'keyctl'),
  ...named('keyring', 0, {}, 'add_key', 'request_key'),
  ...plain('identity', { id: 0 }, 'setuid', 'setgid', 'setfsuid', 'setfsgid'),
  ...plain('identity', { real: 0, effective: 1 }, 'setreuid', 'setregid'),
  ...plain('identity', { real: 0, effective: 1, saved: 2 }, 'setresuid', 'setresgid'),
  ...plain('identity', { count: 0 }, 'setgroups'),
  ...plain('identity', {}, 'capset'),
  ...plain('memory', { pid: 0 }, 'process_vm_readv', 'process_vm_writev'),
  ...plain('memory', { pidfd: 0, fd: 1 }, 'pidfd_getfd'),
  ...plain('handle', { fd: 0, flags: 2 }, 'open_by_handle_at'),
  ...plain('io_uring', { entries: 0 }, 'io_uring_setup'),
  ...plain('userfaultfd', { flags: 0 }, 'userfaultfd'),
  ...plain('perf', { pid: 1, cpu: 2 }, 'perf_event_open'),
  ...plain('kexec', {}, 'kexec_load', 'kexec_file_load'),
];

/** Calls that open a file: which argument is the path, and where the flags are. */
export const OPENING_CALLS: readonly {
  readonly name: string;
  readonly path: number;
  /** The argument; `always`: it can only write; `structure`: the argument points to 64 bits of flags. */
  readonly flags: number | 'always';
  readonly structure?: true;
}[] = [
  { name: 'openat', path: 1, flags: 2 },
  { name: 'open', path: 0, flags: 1 },
  { name: 'creat', path: 0, flags: 'always' },
  { name: 'openat2', path: 1, flags: 2, structure: true },
];
