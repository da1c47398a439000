import { HoldfastError } from '@holdfast/protocol';

import type { Takeover } from './run-session.ts';

/** Whose turn it is on the browser of one run: one call after the other, and none while a person has it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #takeover: (Takeover & { readonly over: PromiseWithResolvers<void> }) | undefined;

  get takeover(): Takeover | undefined {
    return this.#takeover;
  }

  /** @throws HoldfastError FAILED_PRECONDITION where somebody else has it. */
  takeOver(by: Takeover): void {
    if (this.#takeover && this.#takeover.subject !== by.subject) {
      const message = `${this.#takeover.subject} has this browser. Nothing was changed; it can be taken over once it is given back.`;
      throw new HoldfastError('FAILED_PRECONDITION', message);
    }
    this.#takeover ??= { ...by, over: Promise.withResolvers<void>() };
  }

  /** Gives it back to the agent. */
  resume(): void {
    this.#takeover?.over.resolve();
    this.#takeover = undefined;
  }

  /**
   * Does the work when it is its turn.
   *
   * @throws HoldfastError FAILED_PRECONDITION where a person still has the browser when `signal` is aborted; otherwise
   *   the reason of `signal`, or whatever the work throws.
   */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = before.then(() => done);
    try {
      await until(before, signal);
      while (this.#takeover) await until(this.#takeover.over.promise, signal);
      return await work();
    } catch (error) {
      if (!signal.aborted || !this.#takeover) throw error;
      const message = `A person has the browser of this run (${this.#takeover.subject}) and has not given it back in time. Nothing was done. Ask again later, or go on without the browser.`;
      throw new HoldfastError('FAILED_PRECONDITION', message, { cause: error });
    } finally {
      finish();
    }
  }
}

async function until(event: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const left = Promise.withResolvers<never>();
  const abort = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([event, left.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
