import type { Duplex } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { LiveBox, MadeBox } from './box.ts';
import type { EgressRequest } from './egress-request.ts';
import type { SandboxFiles } from './files.ts';
import { ProcessTable } from './process-table.ts';
import { SandboxLog } from './sandbox-log.ts';
import { UsageSampler } from './usage-sampler.ts';

/** What happens when the time of a sandbox is over. */
export type OnTimeout = 'kill' | 'pause';

/** What is known of a sandbox from the beginning. */
export interface SandboxIdentity {
  readonly id: string;
  readonly tenant: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of every process in it. */
  readonly env: Readonly<Record<string, string>>;
  readonly onTimeout: OnTimeout;
  /** Whether a request to a port, while it is paused, resumes it. */
  readonly autoResume: boolean;
  /** What its processes and files are reached with. */
  readonly accessToken: string;
  /** What its ports are reached with; left out: they are public to who knows the id. */
  readonly trafficToken?: string;
  readonly egress: EgressRequest;
}

/** What a sandbox takes from the outside. */
export interface LiveSandboxDeps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called when its time is over. */
  readonly onExpired: (sandbox: LiveSandbox) => void;
}

/** A sandbox that lives, running or paused. */
export class LiveSandbox {
  readonly identity: SandboxIdentity;
  readonly made: MadeBox;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly processes: ProcessTable;
  readonly usage: UsageSampler;
  readonly log: SandboxLog;
  readonly #deps: LiveSandboxDeps;
  #stopped = new AbortController();
  #state: 'running' | 'paused' | 'ended' = 'running';
  #endAt: number;
  #lastTimeoutMs: number;
  #egress: EgressRequest;
  #timer: NodeJS.Timeout | undefined;
  #boxIsGone = false;
  #ending: Promise<void> | undefined;
  /** Pauses and resumes, one after the other. */
  #changing: Promise<void> = Promise.resolve();

  constructor(identity: SandboxIdentity, made: MadeBox, timeoutMs: number, deps: LiveSandboxDeps) {
    this.identity = identity;
    this.made = made;
    this.#deps = deps;
    this.startedAt = deps.now();
    this.#endAt = this.startedAt + timeoutMs;
    this.#lastTimeoutMs = timeoutMs;
    this.#egress = identity.egress;
    this.log = new SandboxLog(deps.now);
    this.usage = new UsageSampler(made, deps.now);
    this.processes = new ProcessTable({
      agent: made.box.agent,
      env: ({ user, env }) => ({ ...baseEnvironment(user), ...identity.env, ...env }),
      now: () => performance.now(),
      onStart: ({ pid, start }) => {
        this.log.add('info', 'Process started', { pid: String(pid), command: start.argv.join(' ') });
      },
      onEnd: ({ pid }, { exitCode, signal }) => {
        this.log.add('info', 'Process ended', { pid: String(pid), exit_code: String(exitCode), signal });
      },
    });
    this.log.add('info', 'Sandbox started', { template: made.template.id, engine: made.engine });
    const markGone = (): void => {
      this.#boxIsGone = true;
    };
    made.box.ended.then(markGone, markGone);
    this.#arm();
  }

  get id(): string {
    return this.identity.id;
  }

  /** An ended sandbox is no longer found by its manager, but may still be held. */
  get state(): 'running' | 'paused' | 'ended' {
    return this.#state;
  }

  /** When its time is over; epoch milliseconds. */
  get endAt(): number {
    return this.#endAt;
  }

  /** The time that it was given last. */
  get lastTimeoutMs(): number {
    return this.#lastTimeoutMs;
  }

  /** What it may reach now. */
  get egress(): EgressRequest {
    return this.#egress;
  }

  /** Aborted when it is paused or has ended: whoever talks with it is cut off. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** @throws HoldfastError FAILED_PRECONDITION where it does not run. */
  get files(): SandboxFiles {
    return this.#running().files;
  }

  /** Its time is over in so many milliseconds from now, sooner or later than before. */
  setTimeout(ms: number): void {
    this.#endAt = this.#deps.now() + ms;
    this.#lastTimeoutMs = ms;
    this.#arm();
  }

  /** As {@link setTimeout}, but never sooner than before. */
  extend(ms: number): void {
    if (this.#deps.now() + ms > this.#endAt) this.setTimeout(ms);
  }

  /**
   * Freezes it, with all that runs in it. Its time stops to run out.
   *
   * @throws HoldfastError FAILED_PRECONDITION where it does not run.
   */
  async pause(): Promise<void> {
    await this.#change(async () => {
      const box = this.#running();
      await box.pause();
      this.#state = 'paused';
      clearTimeout(this.#timer);
      this.processes.hold();
      this.usage.hold();
      this.#stopped.abort();
      this.log.add('info', 'Sandbox paused', {});
    });
  }

  /**
   * Lets it run on, for so many milliseconds. One that runs already is only extended.
   *
   * @throws HoldfastError NOT_FOUND where it has ended.
   */
  async resume(timeoutMs: number): Promise<void> {
    await this.#change(async () => {
      if (this.#state === 'ended') throw gone(this.id);
      if (this.#state === 'running') {
        this.extend(timeoutMs);
        return;
      }
      await this.made.box.resume();
      this.#state = 'running';
      this.#stopped = new AbortController();
      this.processes.go();
      this.usage.go();
      this.setTimeout(timeoutMs);
      this.log.add('info', 'Sandbox resumed', {});
    });
  }

  /**
   * TCP to a port that is listened on inside.
   *
   * @throws HoldfastError UNAVAILABLE where nothing listens; FAILED_PRECONDITION where the sandbox does not run.
   */
  async connect(port: number): Promise<Duplex> {
    return this.#running().agent.connect(port);
  }

  /** @throws HoldfastError FAILED_PRECONDITION where the engine cannot change it while it runs. */
  setEgress(request: EgressRequest): void {
    const box = this.#running();
    if (!box.setEgress) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        'What this sandbox may reach cannot be changed while it runs. It is as before; create another sandbox.',
      );
    }
    box.setEgress(request);
    this.#egress = request;
  }

  /** Ends it: everything in it is killed. Resolves when nothing is left. */
  async end(): Promise<void> {
    this.#ending ??= this.#end();
    await this.#ending;
  }

  async #end(): Promise<void> {
    this.#state = 'ended';
    clearTimeout(this.#timer);
    this.usage.hold();
    this.#stopped.abort();
    // What a box was made of may be something else's by now, such as the number of its process.
    if (!this.#boxIsGone) await this.made.box.destroy();
  }

  #running(): LiveBox {
    if (this.#state === 'ended') throw gone(this.id);
    if (this.#state === 'paused') {
      throw new HoldfastError('FAILED_PRECONDITION', `The sandbox ${this.id} is paused; resume it first.`);
    }
    return this.made.box;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'running') return;
    this.#timer = setTimeout(
      () => {
        this.#deps.onExpired(this);
      },
      Math.max(0, this.#endAt - this.#deps.now()),
    );
    this.#timer.unref();
  }

  async #change(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => {
      // Told to who asked for it; the next change begins from the state that is.
    });
    await done;
  }
}

function baseEnvironment(user: 'user' | 'root'): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: homeOf(user),
    USER: user,
    LOGNAME: user,
    LANG: 'C.UTF-8',
  };
}

/** The home folder inside. */
export function homeOf(user: 'user' | 'root'): string {
  return user === 'root' ? '/root' : '/home/user';
}

function gone(id: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `The sandbox ${id} has ended; create another.`);
}
