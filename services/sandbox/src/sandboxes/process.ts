import type { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { AgentProcess, ProcessEnding } from '../agent/agent.ts';
import type { SandboxUser } from './box.ts';
import { OutputLog, type OutputChunk } from './output-log.ts';

/** Held for readers that have not read it yet. */
const OUTPUT_BYTES = 1024 * 1024;
/** How long one reader may hold up others. */
const STALL_MS = 30_000;
/** How long output may still come after a process that was told to end has ended. */
const LAST_OUTPUT_MS = 250;
const SIGKILL = 9;

/** A process to start in a sandbox. */
export interface ProcessStart {
  readonly argv: readonly [string, ...string[]];
  /** What is added to the environment of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  readonly user: SandboxUser;
  /** A name by which it can be found. */
  readonly tag?: string;
  readonly pty?: { readonly cols: number; readonly rows: number };
  /** False: /dev/null. */
  readonly stdin: boolean;
  /** Killed after so many milliseconds, in which the sandbox was not paused. Left out: never. */
  readonly timeoutMs?: number;
}

/** A process of a sandbox, running or ended. */
export class SandboxProcess {
  readonly start: ProcessStart;
  /** Its output, for any number of readers. */
  readonly output = new OutputLog({ maxBytes: OUTPUT_BYTES, stallMs: STALL_MS });
  /** Whether its time-out ended it. */
  timedOut = false;
  /** Resolves when it has ended and its output is complete. */
  readonly ended: Promise<ProcessEnding>;
  readonly #process: AgentProcess;
  #toldToEnd = false;
  #hasExited = false;
  #late: NodeJS.Timeout | undefined;
  #stdinClosed = false;

  constructor(start: ProcessStart, process: AgentProcess) {
    this.start = start;
    this.#process = process;
    process.stdin.on('error', () => {
      this.#stdinClosed = true;
    });
    this.ended = this.#run();
  }

  /** As seen inside the sandbox. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Writes to its terminal or its stdin. Resolves when it was taken.
   *
   * @throws HoldfastError FAILED_PRECONDITION where that is closed, or not there.
   */
  async write(data: Uint8Array): Promise<void> {
    const { stdin } = this.#process;
    if (!this.start.stdin && !this.start.pty) throw closed('was started without stdin');
    if (this.#stdinClosed || stdin.writableEnded || stdin.destroyed) throw closed('has closed its stdin, or ended');
    if (data.byteLength === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stdin.write(data, (error) => {
      if (error) reject(closed('has closed its stdin, or ended', error));
      else resolve();
    });
    await promise;
  }

  /** @throws HoldfastError FAILED_PRECONDITION for a terminal, where end of file is a key (Ctrl-D). */
  closeStdin(): void {
    if (this.start.pty) throw closed('has a terminal: send Ctrl-D (0x04) as input instead');
    if (this.start.stdin) this.#process.stdin.end();
  }

  /** @throws HoldfastError FAILED_PRECONDITION where it has no terminal. */
  resize(cols: number, rows: number): void {
    if (!this.start.pty) throw closed('has no terminal that could be resized');
    this.#process.resize(cols, rows);
  }

  /** SIGKILL goes to everything that the process started; other signals to itself. */
  signal(number: number): void {
    if (number === SIGKILL) {
      this.kill();
      return;
    }
    this.#process.signal(number);
    this.#willEnd();
  }

  /** Ends it with everything that it started. */
  kill(): void {
    this.#process.kill();
    this.#willEnd();
  }

  #willEnd(): void {
    this.#toldToEnd = true;
    if (this.#hasExited) this.#abandonOutput();
  }

  async #run(): Promise<ProcessEnding> {
    const { stdout, stderr, exited } = this.#process;
    const exit = exited.then((end) => {
      this.#hasExited = true;
      if (this.#toldToEnd) this.#abandonOutput();
      return end;
    });
    try {
      const [end] = await Promise.all([
        exit,
        this.#pump(stdout, this.start.pty ? 'pty' : 'stdout'),
        this.start.pty ? undefined : this.#pump(stderr, 'stderr'),
      ]);
      return end;
    } finally {
      clearTimeout(this.#late);
      this.output.end();
    }
  }

  /** Something that it started and that got away may hold the pipe open for ever. */
  #abandonOutput(): void {
    this.#late ??= setTimeout(() => {
      this.#process.stdout.destroy();
      this.#process.stderr.destroy();
    }, LAST_OUTPUT_MS);
  }

  async #pump(source: Readable, stream: OutputChunk['stream']): Promise<void> {
    try {
      for await (const data of source) await this.output.push({ stream, data: data as Uint8Array });
    } catch (error) {
      if (source.errored) throw error;
      // Abandoned above: what came until then is all there is.
    }
  }
}

function closed(what: string, cause?: Error): HoldfastError {
  return new HoldfastError('FAILED_PRECONDITION', `The process ${what}.`, cause ? { cause } : {});
}
