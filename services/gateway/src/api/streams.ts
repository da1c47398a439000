import { HoldfastError } from '@holdfast/protocol';

/** The event streams that are open in this process: counted per caller, and per run those that hold it back. */
export class OpenStreams {
  readonly #max: number;
  readonly #callers = new Map<string, number>();
  readonly #paced = new Map<string, number>();
  readonly #ends = new Set<() => void>();
  #closed = false;

  /** @param max streams that one caller may hold open */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many are open. */
  get size(): number {
    return this.#ends.size;
  }

  /**
   * Takes a place for a stream.
   *
   * @param end is called when the gateway closes
   * @returns gives the place back; safe to call twice.
   * @throws HoldfastError RATE_LIMITED where the caller holds as many as it may; UNAVAILABLE when closing.
   */
  enter(caller: string, runId: string, paced: boolean, end: () => void): () => void {
    if (this.#closed)
      throw new HoldfastError('UNAVAILABLE', 'The server is shutting down; the run goes on after that.');
    if ((this.#callers.get(caller) ?? 0) >= this.#max) {
      throw new HoldfastError(
        'RATE_LIMITED',
        `You hold ${this.#max} event streams open, which is as many as one caller may (gateway.sse.max_per_caller). Close one first.`,
        { details: { retry_after_ms: 5000 } },
      );
    }
    add(this.#callers, caller, 1);
    if (paced) add(this.#paced, runId, 1);
    this.#ends.add(end);
    return () => {
      if (!this.#ends.delete(end)) return;
      add(this.#callers, caller, -1);
      if (paced) add(this.#paced, runId, -1);
    };
  }

  /** Whether a viewer of this run is there for whom the run waits. */
  hasPaced(runId: string): boolean {
    return this.#paced.has(runId);
  }

  /** Ends all streams; new ones are refused. */
  close(): void {
    this.#closed = true;
    for (const end of this.#ends) end();
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
