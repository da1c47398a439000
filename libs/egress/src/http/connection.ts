import type { Duplex } from 'node:stream';

import type { EgressContext } from '../context.ts';
import type { Target } from '../policy/target.ts';

/**
 * How many requests a client may send without waiting for answers. apt sends ten. They are carried out one after the
 * other, and whoever sends more is cut off: they would pile up in memory.
 */
const LONGEST_PIPELINE = 32;

/** One connection of a client: its time limits, and the order of its requests. */
export class ClientConnection {
  readonly context: EgressContext;
  readonly stream: Duplex;
  /** Set while plain HTTP is spoken inside a tunnel: the only target that its requests may name. */
  tunnel: Target | undefined;
  readonly #total: NodeJS.Timeout;
  #tooLong = false;
  #idle: NodeJS.Timeout | undefined;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  readonly #problem: (error: unknown) => void;

  /** @param problem told of work that threw: a defect of the proxy, which ends this connection only */
  constructor(context: EgressContext, stream: Duplex, problem: (error: unknown) => void) {
    this.context = context;
    this.stream = stream;
    this.#problem = problem;
    this.#total = setTimeout(() => {
      this.#tooLong = true;
      stream.destroy();
    }, context.limits.totalMs);
    this.expectRequest();
    stream.once('close', () => {
      clearTimeout(this.#total);
      clearTimeout(this.#idle);
    });
  }

  /** The next request has to come within the idle time. */
  expectRequest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stream.destroy(), this.context.limits.idleMs);
  }

  /** Something else watches over the time now. */
  stopWaiting(): void {
    clearTimeout(this.#idle);
  }

  /** Why the connection was ended from here, for the record; empty when it was not. */
  get whyEnded(): string {
    if (this.#tooLong)
      return `the connection was ended after ${this.context.limits.totalMs} ms, the longest that is allowed`;
    return this.context.closed ? 'its context was closed' : '';
  }

  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Carries out `work` when all that came before it is done. False when too much is waiting already. */
  inTurn(work: () => Promise<void>): boolean {
    if (this.#waiting >= LONGEST_PIPELINE) return false;
    this.#waiting += 1;
    this.stopWaiting();
    this.#last = this.#last.then(() => this.#perform(work));
    return true;
  }

  async #perform(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.stream.destroy();
      this.#problem(error);
    }
    this.#waiting -= 1;
    if (this.#waiting === 0 && !this.stream.destroyed) this.expectRequest();
  }
}
