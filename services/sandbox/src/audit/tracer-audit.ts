import { once } from 'node:events';
import { access, mkdir, rmdir } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import { findProgram } from '../host/find-program.ts';
import type { Audit, AuditClock } from './audit.ts';
import { ExecJoiner } from './exec-joiner.ts';
import { Groups, unifiedMountOf } from './groups.ts';
import { AFTERMATH, type Recorder } from './recorder.ts';
import { eventOfKind, type TracerLine } from './tracer-lines.ts';
import { startTracer, traceableCalls, type TracerPrograms, type TracerProcess } from './tracer-process.ts';
import { isTraceable, tracerProgram } from './tracer-program.ts';

/** How long bpftrace may take to attach, and how often it is tried whether it has, milliseconds. */
const ATTACH_MS = 60_000;
const CHECK_MS = 500;
const RETRY_MS = [0, 1_000, 5_000, 30_000];

interface TracerAuditOptions {
  readonly recorder: Recorder;
  readonly parentCgroup: string;
  readonly clock: AuditClock;
  readonly perSecond: number;
}

async function programs(): Promise<TracerPrograms | string> {
  const [bpftrace, setpriv, unshare] = await Promise.all(['bpftrace', 'setpriv', 'unshare'].map(findProgram));
  if (bpftrace === undefined) return 'bpftrace is not installed';
  if (setpriv === undefined || unshare === undefined) return 'setpriv and unshare (util-linux) are not installed';
  return { bpftrace, setpriv, unshare };
}

/** What is missing for tracing in the kernel, or undefined. That it works only shows when it is started. */
export async function whyNoTracer(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (!isTraceable(process.arch)) return `there is no trace program for ${process.arch}`;
  if (process.getuid?.() !== 0) return 'the service is not root';
  const found = await programs();
  if (typeof found === 'string') return found;
  return access('/sys/kernel/btf/vmlinux').then(
    () => undefined,
    () => 'the kernel has no type information (/sys/kernel/btf/vmlinux)',
  );
}

/** Starts bpftrace and proves that it reports. Returns the reason when it does not. */
export async function openTracerAudit(options: TracerAuditOptions): Promise<Audit | string> {
  const found = await programs();
  if (typeof found === 'string') return found;
  const mount = unifiedMountOf(options.parentCgroup);
  if (mount === undefined) return `${options.parentCgroup} is in no unified cgroup hierarchy`;
  const calls = await traceableCalls(found);
  if (calls.size === 0)
    return 'bpftrace finds no system call tracepoints (is tracefs there, and the service in its first namespaces?)';
  const audit = new TracerAudit(options, found, calls, new Groups(mount, options.parentCgroup));
  const failure = await audit.start();
  return failure ?? audit;
}

class TracerAudit implements Audit {
  readonly kind = 'ebpf';
  readonly #options: TracerAuditOptions;
  readonly #programs: TracerPrograms;
  readonly #calls: ReadonlySet<string>;
  readonly #groups: Groups;
  readonly #execs: ExecJoiner;
  readonly #notices = new Map<string, (line: Extract<TracerLine, { kind: 'group' }>) => void>();
  /** What is ahead: the kernel's milliseconds, minus ours. */
  #skew = 0;
  #checks = 0;
  #process: TracerProcess | undefined;
  #closing = new AbortController();
  #kept: Promise<void> = Promise.resolve();

  constructor(options: TracerAuditOptions, found: TracerPrograms, calls: ReadonlySet<string>, groups: Groups) {
    this.#options = options;
    this.#programs = found;
    this.#calls = calls;
    this.#groups = groups;
    this.#execs = new ExecJoiner((cgroupId, nsecs, seen) => this.#record(cgroupId, nsecs, seen));
  }

  /** Starts bpftrace, waits until it reports, and keeps it running. Returns the reason when it does not. */
  async start(): Promise<string | undefined> {
    const failure = await this.#run();
    if (failure !== undefined) return failure;
    this.#kept = this.#keep();
    return undefined;
  }

  watch(target: Parameters<Audit['watch']>[0]): Promise<void> {
    if (target.cgroupId === undefined || !this.#groups.assign(target.cgroupId, target.sandboxId)) {
      return Promise.reject(
        new HoldfastError(
          'NOT_FOUND',
          `The group of sandbox ${target.sandboxId} is not below ${this.#options.parentCgroup}, so what it does would ` +
            'not be recorded. Make its group there before it is watched.',
        ),
      );
    }
    this.#options.recorder.watch(target);
    return Promise.resolve();
  }

  unwatch(sandboxId: string): void {
    this.#options.recorder.unwatch(sandboxId);
    this.#groups.release(sandboxId, AFTERMATH);
  }

  stats(): ReturnType<Audit['stats']> {
    return this.#options.recorder.stats();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#process?.kill();
    await this.#process?.ended;
    await this.#kept;
  }

  async #run(): Promise<string | undefined> {
    const known = new Set(this.#groups.scan());
    const program = tracerProgram({
      arch: process.arch,
      parentPath: this.#groups.parentPath,
      groups: [...known],
      calls: this.#calls,
      perSecond: this.#options.perSecond,
    });
    const running = startTracer(this.#programs, program, (line) => this.#take(line, known));
    this.#process = running;
    const failure = await this.#within(ATTACH_MS, running, this.#proveAndCatchUp(running, known));
    if (failure === undefined) return undefined;
    running.kill();
    await running.ended;
    return failure;
  }

  /** The work's end as undefined, or why it did not come. */
  async #within(ms: number, running: TracerProcess, work: Promise<string | undefined>): Promise<string | undefined> {
    const timer = new AbortController();
    const late = sleep(ms, `bpftrace had not attached after ${ms / 1000} s`, { signal: timer.signal });
    try {
      return await Promise.race([work, running.ended, late]);
    } finally {
      timer.abort();
      late.catch(() => undefined);
    }
  }

  /** Makes groups until the program's two ends tell of one; then tells it of those made while it was starting. */
  async #proveAndCatchUp(running: TracerProcess, known: ReadonlySet<bigint>): Promise<undefined> {
    const stop = new AbortController();
    void running.ended.then(() => stop.abort());
    while (!stop.signal.aborted && !(await this.#check(stop.signal))) continue;
    for (const cgroupId of this.#groups.scan()) if (!known.has(cgroupId)) await this.#touch(cgroupId);
  }

  /** Makes a group, and says whether it was told of. Measures how far the kernel's time is ahead. */
  async #check(signal: AbortSignal): Promise<boolean> {
    const { clock, parentCgroup } = this.#options;
    this.#checks += 1;
    const name = `audit-check-${process.pid}-${this.#checks}`;
    const path = `${this.#groups.parentPath}/${name}`;
    const told = new Set<boolean>();
    let nsecs = 0;
    const answered = new Promise<true>((resolve) =>
      this.#notices.set(path, (line) => {
        nsecs = line.nsecs;
        if (told.add(line.last).size === 2) resolve(true);
      }),
    );
    const made = clock.monotonic();
    await mkdir(join(parentCgroup, name));
    const waited = sleep(CHECK_MS, false, { signal }).catch(() => false);
    const complete = await Promise.race([answered, waited]);
    this.#notices.delete(path);
    await rmdir(join(parentCgroup, name));
    if (complete) this.#skew = nsecs / 1e6 - made;
    return complete;
  }

  /** Moves a process of our own into a group, for a moment: so the program in the kernel comes to know the group. */
  async #touch(cgroupId: bigint): Promise<void> {
    const folder = this.#groups.folderOf(cgroupId);
    if (folder === undefined) return;
    const child = spawn('/bin/sh', ['-c', 'echo $$ >"$1/cgroup.procs"', 'sh', folder], { stdio: 'ignore' });
    await once(child, 'close');
  }

  /** Starts bpftrace again whenever it ends, and says what was missed. */
  async #keep(): Promise<void> {
    const { clock, recorder } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const reason = await this.#process?.ended;
      if (signal.aborted) return;
      const since = clock.monotonic();
      recorder.gap(`${reason}: nothing is recorded until it has started again`);
      for (let attempt = 0, failure: string | undefined = reason; failure !== undefined; attempt += 1) {
        await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        failure = await this.#run();
      }
      recorder.gap(`recording again after ${Math.round(clock.monotonic() - since)} ms of which nothing is known`);
    }
  }

  #take(line: TracerLine, known: Set<bigint>): void {
    const { recorder } = this.#options;
    switch (line.kind) {
      case 'group':
        if (!line.last) known.add(line.cgroupId);
        this.#groups.add(line.cgroupId, line.path);
        this.#notices.get(line.path)?.(line);
        break;
      case 'seen':
        this.#record(line.cgroupId, line.nsecs, line.seen);
        break;
      case 'exec':
        this.#execs.exec(line);
        break;
      case 'argv':
        this.#execs.argv(line);
        break;
      case 'suppressed':
        // Comes once a second.
        this.#execs.flushOld();
        for (const { cgroupId, kind, count } of line.counts) this.#suppressed(cgroupId, kind, count);
        break;
      case 'lost':
        recorder.lost(line.count, `${line.count} records, of any sandbox: the kernel had no room for them`);
        break;
      case 'unreadable':
        recorder.lost(1, `a line of bpftrace cannot be read: ${JSON.stringify(line.line.slice(0, 200))}`);
        break;
      case 'ignored':
        break;
    }
  }

  #suppressed(cgroupId: bigint, kind: number, count: number): void {
    const sandboxId = this.#groups.sandboxOf(cgroupId);
    const event = eventOfKind(kind);
    if (sandboxId !== undefined && event !== undefined) this.#options.recorder.suppressed(sandboxId, event, count);
  }

  #record(cgroupId: bigint, nsecs: number, seen: Parameters<Recorder['record']>[2]): void {
    const sandboxId = this.#groups.sandboxOf(cgroupId);
    if (sandboxId !== undefined) this.#options.recorder.record(sandboxId, nsecs / 1e6 - this.#skew, seen);
  }
}
