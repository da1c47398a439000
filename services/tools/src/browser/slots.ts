import { HoldfastError } from '@holdfast/protocol';

/** Lets so many pieces of work go on at once; some more wait, in their order. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  readonly #most: number;
  #free: number;

  /** @param waiting how many may wait */
  constructor(slots: number, waiting: number) {
    this.#free = slots;
    this.#most = waiting;
  }

  /**
   * Does the work when there is room for it.
   *
   * @throws HoldfastError UNAVAILABLE where too many wait already; the reason of `signal`; whatever the work throws.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#most) {
      throw new HoldfastError('UNAVAILABLE', 'Too many pages are being printed. Try again in a moment.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const at = this.#waiting.indexOf(resolve);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      reject(signal.reason);
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', leave, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', leave));
  }
}
