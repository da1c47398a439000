import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { readTracerLine, type TracerLine } from './tracer-lines.ts';
import { TEXT_BYTES } from './tracer-program.ts';

/** The programs that it takes, by their absolute paths. */
export interface TracerPrograms {
  readonly bpftrace: string;
  readonly setpriv: string;
  readonly unshare: string;
}

/** tracefs is mounted where only this process and its children see it. It ends when the service ends. */
const IN_OWN_MOUNTS =
  'mount -t tracefs tracefs /sys/kernel/tracing && { mount -t debugfs debugfs /sys/kernel/debug || true; } && exec "$@"';

/** Groups times kinds of records that are counted in one second. */
const COUNTERS = 16_384;

function start({ bpftrace, setpriv, unshare }: TracerPrograms, args: readonly string[]): ChildProcess {
  const within = ['--mount', '--propagation', 'private', '/bin/sh', '-c', IN_OWN_MOUNTS, 'sh'];
  return spawn(setpriv, ['--pdeathsig', 'KILL', unshare, ...within, bpftrace, ...args], {
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      BPFTRACE_STRLEN: String(TEXT_BYTES),
      BPFTRACE_MAP_KEYS_MAX: String(COUNTERS),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Names of the system calls whose return this kernel can trace. Empty when bpftrace cannot run. */
export async function traceableCalls(programs: TracerPrograms): Promise<Set<string>> {
  const child = start(programs, ['-l', 'tracepoint:syscalls:sys_exit_*']);
  const calls = new Set<string>();
  child.stderr?.resume();
  if (child.stdout === null) throw new Error('bpftrace was started without a pipe');
  for await (const line of createInterface({ input: child.stdout })) calls.add(line.replace(/^.*sys_exit_/, ''));
  return calls;
}

/** One run of bpftrace. */
export interface TracerProcess {
  readonly pid: number | undefined;
  /** Resolves when it has ended, with the reason in words. */
  readonly ended: Promise<string>;
  /** Ends it at once. */
  kill(): void;
}

/** Runs a program. `onLine` is called for each line that is understood or not; `unreadable` lines are never dropped. */
export function startTracer(
  programs: TracerPrograms,
  program: string,
  onLine: (line: TracerLine) => void,
): TracerProcess {
  const child = start(programs, ['--no-warnings', '-f', 'json', '-']);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('bpftrace was started without pipes');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  // It may end before it has read its program: then `ended` tells.
  stdin.on('error', () => undefined);
  stdin.end(program);
  // Each byte stays one character: what processes wrote need not be UTF-8.
  stdout.setEncoding('latin1');
  createInterface({ input: stdout }).on('line', (line) => {
    if (line !== '') onLine(readTracerLine(line));
  });
  const failed = once(child, 'error').then(([error]) => String(error));
  const closed = once(child, 'close').then(([code, signal]) => {
    const lines = said.split('\n').filter((line) => line !== '' && !line.includes('RLIMIT_MEMLOCK'));
    return [`bpftrace ended (${signal ?? code})`, ...lines.slice(0, 3)].join(': ');
  });
  return { pid: child.pid, ended: Promise.race([failed, closed]), kill: () => void child.kill('SIGKILL') };
}
