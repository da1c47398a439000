import type { Logger } from '@holdfast/telemetry';

/** Something that is done again and again. */
export interface Chore {
  /** What could not be done, as a sentence for the log. */
  readonly failure: string;
  readonly everyMs: number;
  readonly act: () => Promise<unknown>;
}

/** Does the chores at the start, and then each at its own interval. One that fails is logged, and tried again. */
export class Housekeeping {
  readonly #chores: readonly Chore[];
  readonly #logger: Logger;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(chores: readonly Chore[], logger: Logger) {
    this.#chores = chores;
    this.#logger = logger;
  }

  /** Begins. It keeps no process alive. */
  start(): void {
    for (const chore of this.#chores) {
      this.#run(chore);
      this.#timers.push(setInterval(() => this.#run(chore), chore.everyMs).unref());
    }
  }

  /** Begins no more, and waits for what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#running);
  }

  #run({ act, failure }: Chore): void {
    const run = act().then(
      () => undefined,
      (error: unknown) => this.#logger.error({ err: error }, failure),
    );
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }
}
