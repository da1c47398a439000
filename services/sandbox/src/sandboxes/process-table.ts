import { HoldfastError } from '@holdfast/protocol';

import type { LiveBox } from './box.ts';
import { type Countdown, countdown } from './countdown.ts';
import { type ProcessStart, SandboxProcess } from './process.ts';

/** How long the end of a process can still be asked for. */
const REMEMBERED_MS = 30_000;
/** The oldest is forgotten first. */
const REMEMBERED = 1000;

/** A process is found by its pid or by its tag. */
export type ProcessSelector = { readonly pid: number } | { readonly tag: string };

/** What a table takes from the outside. */
export interface ProcessTableDeps {
  readonly agent: LiveBox['agent'];
  /** The environment of every process of the sandbox. */
  readonly env: (start: ProcessStart) => Record<string, string>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly onStart: (process: SandboxProcess) => void;
  readonly onEnd: (process: SandboxProcess, end: { exitCode: number; signal: string }) => void;
}

/** The processes of one sandbox that were asked for from outside. What they start themselves is not listed. */
export class ProcessTable {
  readonly #deps: ProcessTableDeps;
  readonly #running = new Map<number, SandboxProcess>();
  readonly #ended = new Map<number, SandboxProcess>();
  readonly #timeouts = new Set<Countdown>();

  constructor(deps: ProcessTableDeps) {
    this.#deps = deps;
  }

  /** @throws HoldfastError as the agent does: NOT_FOUND where there is no such program ... */
  async start(start: ProcessStart): Promise<SandboxProcess> {
    const { agent, env, onStart } = this.#deps;
    const process = new SandboxProcess(
      start,
      await agent.spawn({
        argv: start.argv,
        env: env(start),
        cwd: start.cwd,
        user: start.user,
        stdin: start.stdin,
        endTree: false,
        ...(start.pty ? { pty: start.pty } : {}),
      }),
    );
    this.#forget(({ pid, start: { tag } }) => pid === process.pid || (tag !== undefined && tag === start.tag));
    this.#running.set(process.pid, process);
    onStart(process);
    void this.#untilEnd(process, start.timeoutMs);
    return process;
  }

  /** What runs now. */
  list(): readonly SandboxProcess[] {
    return [...this.#running.values()];
  }

  /** @throws HoldfastError NOT_FOUND where no such process runs. */
  find(selector: ProcessSelector): SandboxProcess {
    const found = match(this.#running, selector);
    if (found) return found;
    throw new HoldfastError('NOT_FOUND', `No process with ${describe(selector)} runs in this sandbox.`);
  }

  /** As {@link find}, also one that has ended a short while ago. */
  findOrEnded(selector: ProcessSelector): SandboxProcess {
    return match(this.#running, selector) ?? match(this.#ended, selector) ?? this.find(selector);
  }

  /** Stops the clocks of all time-outs. */
  hold(): void {
    for (const timeout of this.#timeouts) timeout.hold();
  }

  /** Lets them run on. */
  go(): void {
    for (const timeout of this.#timeouts) timeout.go();
  }

  async #untilEnd(process: SandboxProcess, timeoutMs: number | undefined): Promise<void> {
    const timeout =
      timeoutMs === undefined
        ? undefined
        : countdown(timeoutMs, this.#deps.now, () => {
            process.timedOut = true;
            process.kill();
          });
    if (timeout) this.#timeouts.add(timeout);
    const end = await process.ended.catch((error: unknown) => {
      // The sandbox itself ended: whoever asks finds no sandbox.
      return { exitCode: -1, signal: HoldfastError.from(error).message };
    });
    timeout?.cancel();
    if (timeout) this.#timeouts.delete(timeout);
    if (this.#running.get(process.pid) === process) this.#running.delete(process.pid);
    this.#remember(process);
    this.#deps.onEnd(process, end);
  }

  #remember(process: SandboxProcess): void {
    this.#ended.set(process.pid, process);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
    setTimeout(() => {
      this.#forget((ended) => ended === process);
    }, REMEMBERED_MS).unref();
  }

  #forget(which: (process: SandboxProcess) => boolean): void {
    for (const [pid, process] of this.#ended) if (which(process)) this.#ended.delete(pid);
  }
}

function match(processes: ReadonlyMap<number, SandboxProcess>, selector: ProcessSelector): SandboxProcess | undefined {
  if ('pid' in selector) return processes.get(selector.pid);
  return processes.values().find(({ start }) => start.tag === selector.tag);
}

function describe(selector: ProcessSelector): string {
  return 'pid' in selector ? `pid ${selector.pid}` : `tag "${selector.tag}"`;
}
