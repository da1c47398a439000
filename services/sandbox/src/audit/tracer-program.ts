/**
 * The program that bpftrace runs: pure text.
 *
 * All that is recorded is recorded at the return of a system call, for three reasons. A call that the sandbox's own
 * filter refuses never reaches the entry, but does return; the result comes along; and one kind of tracepoint slows
 * all other programs of the machine down half as much as two. The arguments are read from the registers that the
 * kernel has saved at the top of the process's kernel stack.
 *
 * Which groups are watched is kept inside the program: the kernel tells of each group made below the parent.
 */
import { AUDITED_CALLS, type AuditedCall, OPENING_CALLS, WRITES } from './system-calls.ts';

/** Processors that the program is written for, with the saved registers of arguments 0 to 4, and of the number. */
const REGISTERS: Readonly<Record<string, { arguments: readonly string[]; number: string }>> = {
  x64: { arguments: ['di', 'si', 'dx', 'r10', 'r8'], number: 'orig_ax' },
  // The first register holds the result at the return; the kernel keeps what it was.
  arm64: { arguments: ['orig_x0', 'regs[1]', 'regs[2]', 'regs[3]', 'regs[4]'], number: 'syscallno' },
};

/** Whether there is a program for this processor. */
export function isTraceable(arch: string): boolean {
  return Object.hasOwn(REGISTERS, arch);
}

/** Bytes of a command line that are recorded: this many words of 4 bytes, this many times. */
export const ARGV_WORDS = 32;
export const ARGV_PARTS = 4;
/** Bytes of a path that are recorded. */
export const TEXT_BYTES = 128;

/** What leads each line; the lines of AUDITED_CALLS begin with FIRST_CALL plus their index there. */
export const LINE = {
  group: 1,
  exec: 2,
  argv: 3,
  connect: 4,
  connectUnix: 5,
  execFailed: 6,
  seccomp: 7,
  groupLast: 8,
} as const;
export const FIRST_OPEN = 20;
export const FIRST_CALL = 40;

export interface ProgramOptions {
  readonly arch: string;
  /** Path of the parent group below the root of its hierarchy: `/holdfast`. */
  readonly parentPath: string;
  /** Groups below it that are there already. */
  readonly groups: readonly bigint[];
  /** Names of the system calls whose tracepoints this kernel has. */
  readonly calls: ReadonlySet<string>;
  /** Records of one kind that one group may make in a second. */
  readonly perSecond: number;
}

const littleEndian = (text: string, bytes: number): string =>
  `0x${Buffer.from(Buffer.from(text.padEnd(bytes, '\0').slice(0, bytes), 'latin1').toReversed()).toString('hex')}`;

/** A test whether the 8 bytes in `variable` begin with `text`. */
const beginsWith = (variable: string, text: string): string => {
  const bytes = Math.min(8, text.length);
  const mask = `0x${'ff'.repeat(bytes)}`;
  return bytes === 8
    ? `${variable} == (uint64)${littleEndian(text, 8)}`
    : `(${variable} & (uint64)${mask}) == (uint64)${littleEndian(text, bytes)}`;
};
const anyOf = (variable: string, texts: readonly string[]): string =>
  texts.map((text) => `(${beginsWith(variable, text)})`).join(' || ');

/** Where a sandbox may write: the first 8 bytes of a path, and of the name of the folder that is mounted on. */
const OPEN_PATHS = ['/workspa', '/tmp/', '/home/us', '/dev/nul', '/dev/shm', '/dev/tty', '/dev/pts'];
const OPEN_MOUNTS = ['workspace', 'tmp\0', 'user\0', 'null\0', 'shm\0', 'pts\0', 'tty\0', 'zero\0', 'full\0'];

/**
 * The text of the program.
 *
 * Throws RangeError for a processor that `isTraceable` says no to.
 */
export function tracerProgram({ arch, parentPath, groups, calls, perSecond }: ProgramOptions): string {
  const registers = REGISTERS[arch];
  if (registers === undefined) throw new RangeError(`no tracer for ${arch}`);
  const argument = (index: number): string => `(uint64)$r->${registers.arguments[index] ?? ''}`;
  // Kernels for processors with FRED keep 16 bytes above the registers.
  const saved = `$t = (struct task_struct *)curtask;
  $r = (struct pt_regs *)((uint64)$t->stack + 16384 - sizeof(struct pt_regs));
  if ((int64)$r->${registers.number} != (int64)args->__syscall_nr) { $r = (struct pt_regs *)((uint64)$r - 16); }`;
  // Counted by group and kind: a flood of one kind hides neither other kinds nor other groups.
  const bounded = (kind: number, print: string): string => `@n[cgroup, (uint64)${kind}]++;
  if (@n[cgroup, (uint64)${kind}] <= ${perSecond}) { ${print} } else { @suppressed[cgroup, (uint64)${kind}]++; }`;
  const who = (kind: number): string => `${kind}, cgroup, pid, comm, nsecs`;
  const onReturn = (name: string, body: string): string =>
    calls.has(name) ? `tracepoint:syscalls:sys_exit_${name} /@watched[cgroup]/ {\n  ${body}\n}` : '';

  const other = ({ name, text, numbers = {}, onlyWith, structure }: AuditedCall, index: number): string => {
    const value = (n: number): string => (structure === n ? `*(uint64 *)uptr(${argument(n)})` : argument(n));
    // What is no flags is an int: as 64 bits, a negative one would be more than JSON's readers keep exactly.
    const shown = Object.entries(numbers).map(([label, n]) =>
      label === 'flags' ? value(n) : `${value(n)} & 0xffffffff`,
    );
    while (shown.length < 3) shown.push('(uint64)0');
    const kind = FIRST_CALL + index;
    const print = `print((${who(kind)}, args->ret, ${shown.join(', ')}, ${text === undefined ? '""' : `str(uptr(${argument(text)}))`}));`;
    const emit = bounded(kind, print);
    if (onlyWith === undefined) return onReturn(name, `${saved}\n  ${emit}`);
    // Both sides return from a clone: the new process returns 0.
    return onReturn(
      name,
      `${saved}\n  if (args->ret != 0 && (${value(onlyWith.argument)} & (uint64)${onlyWith.bits}) != 0) { ${emit} }`,
    );
  };

  const opening = ({ name, path, flags, structure }: (typeof OPENING_CALLS)[number], index: number): string => {
    const kind = FIRST_OPEN + index;
    const value = flags === 'always' ? `(uint64)${WRITES}` : argument(flags);
    const read = structure ? `*(uint64 *)uptr(${value})` : value;
    // What was opened is judged by the file that it is; what was not, by the name that was asked for.
    const body = `${saved}
  $flags = ${read};
  if (($flags & ${WRITES}) != 0) {
    $path = *(uint64 *)uptr(${argument(path)});
    $named = ${anyOf('$path', OPEN_PATHS)};
    $skip = 0;
    $mount = (uint64)0;
    if (args->ret >= 0) {
      $file = (struct file *)(*(uint64 *)kptr((uint64)$t->files->fdt->fd + (uint64)args->ret * 8));
      $point = (struct dentry *)(*(uint64 *)kptr((uint64)$file->f_path.mnt - 8));
      $mount = *(uint64 *)kptr((uint64)$point->d_name.name);
      if (${anyOf('$mount', OPEN_MOUNTS)}) { $skip = 1; }
      if ($named && (${anyOf('$mount', ['/\0', 'dev\0'])})) { $skip = 1; }
    } else {
      if (args->ret != -1 && args->ret != -13 && args->ret != -30) {
        if ($named) { $skip = 1; }
        if (!(${beginsWith('$path', '/')}) && !(${beginsWith('$path', '..')})) { $skip = 1; }
      }
    }
    if ($skip == 0) { ${bounded(FIRST_OPEN, `print((${who(kind)}, args->ret, $flags, (uint64)0, (uint64)0, str(uptr(${argument(path)}))));`)} }
  }`;
    return onReturn(name, body);
  };

  const words = (part: number): string =>
    Array.from({ length: ARGV_WORDS }, (_, n) => `*(uint32 *)uptr($argv + ${(part * ARGV_WORDS + n) * 4})`).join(', ');
  // A program may keep 512 bytes on its stack: each part of a command line has its own, which follow the first.
  const argv = Array.from(
    { length: ARGV_PARTS },
    (_, part) => `tracepoint:sched:sched_process_exec /@watched[cgroup]/ {
  $m = ((struct task_struct *)curtask)->mm;
  $argv = (uint64)$m->arg_start;
  if ((uint64)$m->arg_end - $argv > ${part * ARGV_WORDS * 4} && @n[cgroup, (uint64)${LINE.exec}] <= ${perSecond}) {
    print((${LINE.argv}, cgroup, pid, ${part}, ${words(part)}));
  }
}`,
  );

  const failedExec = (name: string, path: number): string =>
    onReturn(
      name,
      // A shell asks for each folder of PATH: that there is no such program is no news.
      `if (args->ret < 0 && args->ret != -2) {
  ${saved}
  ${bounded(LINE.execFailed, `print((${who(LINE.execFailed)}, args->ret, (uint64)0, (uint64)0, (uint64)0, str(uptr(${argument(path)}))));`)} }`,
    );

  const address = Array.from({ length: 6 }, (_, n) => `*(uint32 *)uptr($a + ${n * 4})`).join(', ');
  const connect = `${saved}
  $a = ${argument(1)};
  if (*(uint16 *)uptr($a) == 1) {
    ${bounded(LINE.connect, `print((${who(LINE.connectUnix)}, args->ret, ${argument(2)}, (uint64)(*(uint8 *)uptr($a + 2)), (uint64)0, str(uptr($a + 2 + (*(uint8 *)uptr($a + 2) == 0)))));`)}
  } else {
    ${bounded(LINE.connect, `print((${who(LINE.connect)}, args->ret, ${address}));`)}
  }`;

  return [
    `BEGIN {\n  @watched[(uint64)0] = (uint8)0;\n${groups.map((id) => `  @watched[(uint64)${id}] = (uint8)1;\n`).join('')}}`,
    `tracepoint:cgroup:cgroup_mkdir /args->root == 0/ {
  if (strncmp(str(args->path), "${parentPath}/", ${parentPath.length + 1}) == 0) {
    @watched[args->id] = (uint8)1;
    print((${LINE.group}, args->id, nsecs, str(args->path)));
  }
}`,
    // A group made while bpftrace was starting is known from the first process that is moved into it.
    `tracepoint:cgroup:cgroup_attach_task /args->dst_root == 0/ {
  if (strncmp(str(args->dst_path), "${parentPath}/", ${parentPath.length + 1}) == 0) { @watched[args->dst_id] = (uint8)1; }
}`,
    'tracepoint:cgroup:cgroup_rmdir /@watched[args->id]/ { delete(@watched[args->id]); }',
    `tracepoint:sched:sched_process_exec /@watched[cgroup]/ {
  $m = ((struct task_struct *)curtask)->mm;
  ${bounded(LINE.exec, `print((${who(LINE.exec)}, (uint64)$m->arg_end - (uint64)$m->arg_start, str(args->filename)));`)}
}`,
    ...argv,
    failedExec('execve', 0),
    failedExec('execveat', 1),
    onReturn('connect', connect),
    `tracepoint:signal:signal_generate /args->sig == 31 && args->code == 1 && @watched[cgroup]/ {
  ${bounded(LINE.seccomp, `print((${who(LINE.seccomp)}, 0, (uint64)0, (uint64)0, (uint64)0, ""));`)}
}`,
    ...OPENING_CALLS.map(opening),
    ...AUDITED_CALLS.map(other),
    // bpftrace does not say when it has attached all: it has when its first and its last answer.
    `tracepoint:cgroup:cgroup_mkdir /args->root == 0/ {
  if (strncmp(str(args->path), "${parentPath}/", ${parentPath.length + 1}) == 0) {
    print((${LINE.groupLast}, args->id, nsecs, str(args->path)));
  }
}`,
    'interval:s:1 { print(@suppressed); clear(@suppressed); clear(@n); }',
  ]
    .filter((block) => block !== '')
    .join('\n');
}
