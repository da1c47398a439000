import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

import type { Audit, AuditClock } from './audit.ts';
import type { AuditEvent } from './audit-record.ts';
import type { Recorder } from './recorder.ts';
import { STRACE_OPTIONS, StraceReader } from './strace-lines.ts';

interface StraceAuditOptions {
  readonly recorder: Recorder;
  readonly strace: string;
  readonly why: string;
  readonly clock: AuditClock;
  readonly perSecond: number;
}

/** How long strace may have records of a sandbox that is not watched any more, milliseconds. */
const LATE_MS = 2000;

/** The audit of commands that are started by strace, each writing into a named pipe of its sandbox. */
export async function openStraceAudit(options: StraceAuditOptions): Promise<Audit> {
  const { recorder, strace, clock, perSecond } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  const pipes = new Map<string, { readonly path: string; close(): void }>();
  let pipesMade = 0;

  const openPipe = async (sandboxId: string): Promise<void> => {
    pipesMade += 1;
    const path = join(folder, String(pipesMade));
    await promisify(execFile)('mkfifo', ['--mode=600', path]);
    // Opened for both ways: so neither side waits for the other, and there is no end before `close`.
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const socket = new Socket({ fd, readable: true, writable: false });
    const reader = new StraceReader();
    const bound = new Bound(perSecond, clock, (event, count) => recorder.suppressed(sandboxId, event, count));
    createInterface({ input: socket }).on('line', (line) => {
      const read = reader.read(line);
      if (read === 'unreadable') {
        recorder.lost(1, `a line of strace cannot be read: ${JSON.stringify(line.slice(0, 200))}`);
      } else if (read !== undefined && bound.take(read.seen.event)) {
        recorder.record(sandboxId, clock.monotonic() - Math.max(0, clock.now() - read.at), read.seen);
      }
    });
    pipes.set(sandboxId, {
      path,
      close: () => {
        bound.close();
        socket.destroy();
      },
    });
  };

  return {
    kind: 'strace',
    why: options.why,
    async watch(target) {
      if (!pipes.has(target.sandboxId)) await openPipe(target.sandboxId);
      recorder.watch(target);
    },
    unwatch(sandboxId) {
      recorder.unwatch(sandboxId);
      const pipe = pipes.get(sandboxId);
      pipes.delete(sandboxId);
      if (pipe !== undefined) setTimeout(() => pipe.close(), LATE_MS);
    },
    wrap(sandboxId, argv) {
      const pipe = pipes.get(sandboxId);
      if (pipe === undefined) {
        throw new HoldfastError(
          'FAILED_PRECONDITION',
          `Sandbox ${sandboxId} is not watched, so its command would not be recorded. Nothing was started; watch it first.`,
        );
      }
      return [strace, ...STRACE_OPTIONS, '-o', pipe.path, '--', ...argv];
    },
    stats: () => recorder.stats(),
    async close() {
      for (const pipe of pipes.values()) pipe.close();
      pipes.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Lets so many of each kind pass in a second, and counts the rest. */
class Bound {
  readonly #perSecond: number;
  readonly #clock: AuditClock;
  readonly #onSuppressed: (event: AuditEvent, count: number) => void;
  readonly #counts = new Map<AuditEvent, number>();
  #second = 0;
  readonly #timer = setInterval(() => this.#roll(), 1000).unref();

  constructor(perSecond: number, clock: AuditClock, onSuppressed: (event: AuditEvent, count: number) => void) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#onSuppressed = onSuppressed;
  }

  take(event: AuditEvent): boolean {
    if (Math.floor(this.#clock.monotonic() / 1000) !== this.#second) this.#roll();
    const count = (this.#counts.get(event) ?? 0) + 1;
    this.#counts.set(event, count);
    return count <= this.#perSecond;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#roll();
  }

  #roll(): void {
    this.#second = Math.floor(this.#clock.monotonic() / 1000);
    for (const [event, count] of this.#counts) {
      if (count > this.#perSecond) this.#onSuppressed(event, count - this.#perSecond);
    }
    this.#counts.clear();
  }
}
