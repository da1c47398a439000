/** Bounds of a pool. */
export interface PoolOptions {
  /** Warm instances that are kept idle, over all keys. */
  readonly maxIdle: number;
  /** An instance that was not used for so long is dropped, milliseconds. */
  readonly idleMs: number;
}

/** Something that is costly to make and can be used again. */
export interface Pooled {
  /** Frees what it holds; called once, when it leaves the pool. */
  dispose?(): void;
}

interface Idle<T> {
  readonly key: string;
  readonly instance: T;
  readonly since: number;
}

/**
 * Keeps warm agent instances (AG-1): reused while they are good, bounded, dropped when idle for long, and never used
 * again once they are broken or their definition has changed (another key).
 */
export class AgentPool<T extends Pooled> {
  readonly #make: (key: string) => Promise<T>;
  readonly #options: PoolOptions;
  readonly #now: () => number;
  /** The longest idle first. */
  #idle: Idle<T>[] = [];
  #made = 0;
  #reused = 0;

  constructor(make: (key: string) => Promise<T>, options: PoolOptions, now: () => number) {
    this.#make = make;
    this.#options = options;
    this.#now = now;
  }

  /** How often an instance was made, reused, and how many are idle. */
  get stats(): { readonly made: number; readonly reused: number; readonly idle: number } {
    return { made: this.#made, reused: this.#reused, idle: this.#idle.length };
  }

  /** A warm instance, the one used last first, or a new one. */
  async acquire(key: string): Promise<T> {
    this.sweep();
    const index = this.#idle.findLastIndex((idle) => idle.key === key);
    const [warm] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (warm) {
      this.#reused += 1;
      return warm.instance;
    }
    this.#made += 1;
    return this.#make(key);
  }

  /** Gives an instance back. @param broken true: it is disposed of and never used again */
  release(key: string, instance: T, broken: boolean): void {
    if (broken || this.#options.maxIdle === 0) {
      instance.dispose?.();
      return;
    }
    this.#idle.push({ key, instance, since: this.#now() });
    while (this.#idle.length > this.#options.maxIdle) this.#idle.shift()?.instance.dispose?.();
  }

  /** Drops instances that were idle for too long. */
  sweep(): void {
    const oldest = this.#now() - this.#options.idleMs;
    const dropped = this.#idle.filter((idle) => idle.since < oldest);
    if (dropped.length === 0) return;
    this.#idle = this.#idle.filter((idle) => idle.since >= oldest);
    for (const idle of dropped) idle.instance.dispose?.();
  }

  /** Drops every idle instance. */
  clear(): void {
    const dropped = this.#idle;
    this.#idle = [];
    for (const idle of dropped) idle.instance.dispose?.();
  }
}
