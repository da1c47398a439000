import { PassThrough, Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { AgentLink } from '../../agent/connect.ts';
import type { Usage } from '../../quotas/cgroups/driver.ts';
import { BoxFiles } from '../../sandboxes/box-files.ts';
import type { Box, BoxEnding } from '../engine.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Envd } from './envd.ts';
import type { SettledAgent } from './settle.ts';

/** A sandbox whose service has gone ends by itself after this time. */
export const TIMEOUT_S = 600;
/** Often enough that several may fail. */
const EXTEND_MS = 60_000;
/** How old figures may be: each look goes to another machine. */
const USAGE_MS = 5_000;
/** How old they may be where newer ones cannot be had. */
const STALE_MS = 60_000;

/** What a box of E2B is made of. */
export interface E2bBoxParts {
  /** As E2B knows it. */
  readonly id: string;
  readonly control: ControlPlane;
  readonly envd: Envd;
  readonly settled: SettledAgent;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A sandbox of E2B that runs, with our agent in it. */
export class E2bBox implements Box {
  readonly agent: SettledAgent['agent'];
  readonly agentInside: string;
  readonly ended: Promise<BoxEnding>;
  readonly #parts: E2bBoxParts;
  readonly #files: BoxFiles;
  #extending: NodeJS.Timeout | undefined;
  /** While it is paused: goes on with another link. */
  #goOn: ((link: AgentLink) => Promise<void>) | undefined;
  #isDestroyed = false;
  #queue: Promise<unknown> = Promise.resolve();
  #last: { readonly at: number; readonly usage: Usage } | undefined;

  constructor(parts: E2bBoxParts) {
    this.#parts = parts;
    this.agent = parts.settled.agent;
    this.agentInside = parts.settled.program;
    this.#files = new BoxFiles(this.agent, this.agentInside);
    this.ended = this.agent.closed.then(() => this.#ending());
    // Who destroys it, or asks for it, is told.
    this.ended.catch(() => undefined);
    this.#keepAlive();
  }

  /** Seldom older than five seconds. Processor time is estimated: the service tells only how busy the sandbox is now. */
  async usage(): Promise<Usage> {
    const before = this.#last;
    const at = this.#parts.now();
    if (before && (this.#goOn || at - before.at < USAGE_MS)) return before.usage;
    try {
      const usage = await this.#measure(before, at);
      this.#last = { at, usage };
      return usage;
    } catch (error) {
      // A look that fails ends no sandbox: that it has gone is told by its link.
      if (before && at - before.at < STALE_MS) return before.usage;
      throw error;
    }
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#goOn) return;
      // E2B cuts every connection when it pauses: the agent says nothing any more before that.
      const goOn = await this.agent.leave();
      this.#goOn = goOn;
      try {
        await this.#parts.control.pause(this.#parts.id);
        this.#stopExtending();
      } catch (error) {
        await this.#reconnect(goOn);
        throw error;
      }
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const goOn = this.#goOn;
      if (!goOn) return;
      await this.#parts.control.resume(this.#parts.id, TIMEOUT_S);
      this.#keepAlive();
      await this.#reconnect(goOn);
    });
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    this.#stopExtending();
    await this.#parts.control.kill(this.#parts.id);
    // Nobody is on the other side any more, whether it had a link or not.
    const goOn = this.#goOn;
    this.#goOn = undefined;
    if (goOn) await goOn({ readable: Readable.from([]), writable: new PassThrough() }).catch(() => undefined);
    else this.#parts.settled.hangUp();
    await this.ended;
  }

  async #measure(before: { readonly at: number; readonly usage: Usage } | undefined, at: number): Promise<Usage> {
    const [metrics, seen] = await Promise.all([this.#parts.envd.metrics(), this.#files.list('/proc', 1, 'user')]);
    const busyMs = before ? ((at - before.at) * metrics.cpuPercent) / 100 : 0;
    return {
      ...NOTHING,
      cpuUs: (before?.usage.cpuUs ?? 0) + busyMs * 1000,
      memoryBytes: metrics.memoryBytes,
      memoryPeakBytes: Math.max(before?.usage.memoryPeakBytes ?? 0, metrics.memoryBytes),
      pids: seen.filter(({ name }) => /^\d+$/.test(name)).length,
    };
  }

  async #reconnect(goOn: (link: AgentLink) => Promise<void>): Promise<void> {
    await goOn(await this.#parts.settled.link());
    // Paused, it used nothing.
    if (this.#last) this.#last = { ...this.#last, at: this.#parts.now() };
    this.#goOn = undefined;
  }

  #keepAlive(): void {
    const { control, id } = this.#parts;
    this.#extending = setInterval(() => {
      // The next one may reach it. Where none does, the sandbox ends, and `ended` says so.
      control.setTimeout(id, TIMEOUT_S).catch(() => undefined);
    }, EXTEND_MS);
    this.#extending.unref();
  }

  #stopExtending(): void {
    clearInterval(this.#extending);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => {
      if (this.#isDestroyed) {
        throw new HoldfastError('UNAVAILABLE', 'The sandbox has ended, and with it everything in it.');
      }
      return work();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #ending(): Promise<BoxEnding> {
    this.#stopExtending();
    if (this.#isDestroyed) return { reason: 'destroyed', message: 'The sandbox was ended.' };
    // Whether it is there or not: without its agent it is of no use, and costs. Where that cannot be said, its time-out
    // ends it.
    await this.#parts.control.kill(this.#parts.id).catch(() => undefined);
    return {
      reason: 'died',
      message: 'The sandbox, or the connection to it, has ended, and with it everything in it.',
    };
  }
}

const NOTHING: Usage = {
  cpuUs: 0,
  memoryBytes: 0,
  memoryPeakBytes: 0,
  pids: 0,
  readBytes: 0,
  writtenBytes: 0,
  readOps: 0,
  writeOps: 0,
  throttledUs: 0,
  oomKills: 0,
};
