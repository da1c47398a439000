import type { MadeBox } from './box.ts';

/** What a sandbox used at one moment. */
export interface UsageSample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cpus: number;
  /** Of one CPU, since the sample before: two busy CPUs are 200. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimit: number;
  readonly cacheBytes: number;
  readonly diskBytes: number;
  readonly diskLimit: number;
}

const EVERY_MS = 5_000;
/** Two hours; the oldest go first. */
const KEPT = 1440;

/** Measures one sandbox while it runs, from its first moment on. */
export class UsageSampler {
  readonly #made: MadeBox;
  readonly #now: () => number;
  readonly #samples: UsageSample[] = [];
  #last: { at: number; cpuSeconds: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(made: MadeBox, now: () => number) {
    this.#made = made;
    this.#now = now;
    this.go();
  }

  /** Oldest first. */
  samples(): readonly UsageSample[] {
    return this.#samples;
  }

  /** Measures from now on. */
  go(): void {
    if (this.#timer !== undefined) return;
    const tick = (): void => {
      void this.#sample();
    };
    tick();
    this.#timer = setInterval(tick, EVERY_MS);
    this.#timer.unref();
  }

  /** Measures no more. */
  hold(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
  }

  async #sample(): Promise<void> {
    const usage = await this.#made.box.usage().catch(() => undefined);
    // A box that is just ending has no figures any more.
    if (!usage || this.#timer === undefined) return;
    const at = this.#now();
    const seconds = this.#last ? (at - this.#last.at) / 1000 : 0;
    const used = this.#last ? usage.cpuSeconds - this.#last.cpuSeconds : 0;
    this.#last = { at, cpuSeconds: usage.cpuSeconds };
    const { cpus, memoryBytes, diskBytes } = this.#made.size;
    this.#samples.push({
      at,
      cpus,
      cpuPercent: seconds > 0 ? Math.round((used / seconds) * 10_000) / 100 : 0,
      memoryBytes: usage.memoryBytes,
      memoryLimit: memoryBytes,
      cacheBytes: usage.cacheBytes,
      diskBytes: usage.diskBytes,
      diskLimit: diskBytes,
    });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }
}
