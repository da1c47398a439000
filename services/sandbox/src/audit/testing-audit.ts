import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AuditRecord } from './audit-record.ts';

/** A group for tests, below the unified hierarchy of this machine. */
export interface TestGroup {
  readonly path: string;
  readonly id: bigint;
  /** Ends every process in it and removes it. */
  remove(): Promise<void>;
}

/** Where the unified hierarchy is mounted, or undefined. */
export function unifiedMount(): string | undefined {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.includes(' - cgroup2 '))
    ?.split(' ')[4];
}

/** Makes a group of this name below `parent`. */
export function makeGroup(parent: string, name: string): TestGroup {
  const path = join(parent, name);
  mkdirSync(path);
  return {
    path,
    id: statSync(path, { bigint: true }).ino,
    async remove() {
      writeFileSync(join(path, 'cgroup.kill'), '1');
      for (let tries = 0; readFileSync(join(path, 'cgroup.procs'), 'utf8') !== '' && tries < 500; tries += 1) {
        await sleep(10);
      }
      rmdirSync(path);
    },
  };
}

/** Runs a command, inside a group when one is given, and returns its output when it has ended. */
export async function runIn(group: TestGroup | undefined, argv: readonly string[]): Promise<string> {
  const enter = group === undefined ? 'exec "$@"' : `echo $$ >${group.path}/cgroup.procs; exec "$@"`;
  const child = spawn('/bin/sh', ['-c', enter, 'sh', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (bytes) => (output += String(bytes)));
  child.stderr.on('data', (bytes) => (output += String(bytes)));
  await once(child, 'close');
  return output;
}

/** Waits until a record of this kind is there; undefined when none comes in 20 seconds. */
export async function recordOf(
  records: readonly AuditRecord[],
  test: (record: AuditRecord) => boolean,
): Promise<AuditRecord | undefined> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = records.find(test);
    if (found !== undefined) return found;
    await sleep(20);
  }
  return undefined;
}

/** Numbers of system calls for Perl's `syscall`, of this processor. */
const NUMBERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  x64: {
    add_key: 248,
    bpf: 321,
    clone: 56,
    delete_module: 176,
    finit_module: 313,
    fsopen: 430,
    init_module: 175,
    io_uring_setup: 425,
    kexec_load: 246,
    keyctl: 250,
    mount: 165,
    open_by_handle_at: 304,
    openat2: 437,
    perf_event_open: 298,
    process_vm_readv: 310,
    ptrace: 101,
    request_key: 249,
    setns: 308,
    setuid: 105,
    umount2: 166,
    unshare: 272,
    userfaultfd: 323,
  },
  arm64: {
    add_key: 217,
    bpf: 280,
    clone: 220,
    delete_module: 106,
    finit_module: 273,
    fsopen: 430,
    init_module: 105,
    io_uring_setup: 425,
    kexec_load: 104,
    keyctl: 219,
    mount: 40,
    open_by_handle_at: 265,
    openat2: 437,
    perf_event_open: 241,
    process_vm_readv: 270,
    ptrace: 117,
    request_key: 218,
    setns: 268,
    setuid: 146,
    umount2: 39,
    unshare: 97,
    userfaultfd: 282,
  },
};

/** Perl text that makes a system call. Its texts are variables: Perl passes no constants to the kernel. */
export function perlCall(name: string, ...args: readonly (number | string)[]): string {
  const texts = args
    .filter((arg) => typeof arg === 'string')
    .map((text) => JSON.stringify(`${text}\0`).replace('\\u0000', '\\0'));
  let used = 0;
  const shown = args.map((arg) => (typeof arg === 'number' ? String(arg) : `$s[${used++}]`));
  return `{ my @s = (${texts.join(', ')}); syscall(${[NUMBERS[process.arch]?.[name] ?? -1, ...shown].join(', ')}); }`;
}
