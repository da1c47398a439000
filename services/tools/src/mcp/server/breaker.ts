import CircuitBreaker from 'opossum';

import type { McpConfig } from '../config.ts';
import { isServerFailure } from './failure.ts';

/** `half-open`: one probe is under way, and decides. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The call was not made: too many before it failed. */
export class BreakerOpen extends Error {}

/** What a {@link Breaker} needs. */
export interface BreakerOptions {
  readonly config: McpConfig['breaker'];
  /** Really speaks to the server once. */
  readonly probe: () => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onChange: () => void;
}

const BUCKETS = 10;

/**
 * Keeps calls from a server that does not work. It opens when more than `error_percent` of at least `volume` calls
 * within `window_ms` failed; then calls end at once. After `open_ms` it probes the server itself, so no call is risked
 * for that: what the probe finds closes it, or opens it for as long again.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #circuit: CircuitBreaker<[work: () => Promise<unknown>]>;
  #openedAt: number | undefined;
  #probeAt: number | undefined;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#circuit = this.#fresh();
  }

  get state(): BreakerState {
    if (this.#circuit.halfOpen) return 'half-open';
    return this.#circuit.opened ? 'open' : 'closed';
  }

  /** When it opened, epoch milliseconds. */
  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  /** When it probes next, epoch milliseconds. */
  get probeAt(): number | undefined {
    return this.#probeAt;
  }

  /** Calls within the window, and how many of them failed. */
  get counts(): { readonly calls: number; readonly failures: number } {
    const { fires, rejects, failures } = this.#circuit.stats;
    return { calls: fires - rejects, failures };
  }

  /** Makes a call. @throws BreakerOpen at once where it is not let through; otherwise what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.state !== 'closed') throw new BreakerOpen();
    return (await this.#circuit.fire(work)) as T;
  }

  /** The server is known to work. Its old failures are forgotten. */
  reset(): void {
    const wasClosed = this.state === 'closed';
    this.#circuit.shutdown();
    this.#circuit = this.#fresh();
    this.#openedAt = undefined;
    this.#probeAt = undefined;
    if (!wasClosed) this.#options.onChange();
  }

  close(): void {
    this.#circuit.shutdown();
  }

  #fresh(): CircuitBreaker<[work: () => Promise<unknown>]> {
    const { config, now, onChange, probe } = this.#options;
    const circuit = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      timeout: false,
      errorThresholdPercentage: config.error_percent,
      volumeThreshold: config.volume,
      rollingCountTimeout: config.window_ms,
      rollingCountBuckets: BUCKETS,
      resetTimeout: config.open_ms,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: (error: unknown) => !isServerFailure(error),
    });
    circuit.on('open', () => {
      this.#openedAt ??= now();
      this.#probeAt = now() + config.open_ms;
      onChange();
    });
    circuit.on('halfOpen', () => {
      onChange();
      // Its failure opens the circuit again: nothing more is to be said of it.
      circuit.fire(probe).then(
        () => this.reset(),
        () => undefined,
      );
    });
    return circuit;
  }
}
