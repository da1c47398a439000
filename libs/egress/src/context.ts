import type { Duplex } from 'node:stream';

import type { EgressLimits, LimitKeys } from './limits.ts';
import type { EgressPolicy } from './policy/policy.ts';
import { overLimit, type Refusal } from './refusal.ts';

/** What a context has done so far. */
export interface EgressCounters {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly connectionsOpen: number;
  readonly connectionsTotal: number;
  readonly requests: number;
  readonly denied: number;
}

/** Whoever uses the proxy: one sandbox, one browser. */
export interface ContextInit {
  /** Stands in every record. */
  readonly id: string;
  /** In place of the policy of the proxy. */
  readonly policy?: EgressPolicy;
  /** In place of single limits of the proxy. */
  readonly limits?: Partial<EgressLimits>;
}

/** The state of one user of the proxy: its counters, and its open streams. */
export class EgressContext {
  readonly id: string;
  readonly policy: EgressPolicy;
  readonly limits: EgressLimits;
  readonly #limitKeys: LimitKeys;
  readonly #streams = new Set<Duplex>();
  #bytesUp = 0;
  #bytesDown = 0;
  #total = 0;
  #requests = 0;
  #denied = 0;
  #closed = false;

  constructor(id: string, policy: EgressPolicy, limits: EgressLimits, limitKeys: LimitKeys) {
    this.id = id;
    this.policy = policy;
    this.limits = limits;
    this.#limitKeys = limitKeys;
  }

  /** The figures as they are now. */
  counters(): EgressCounters {
    return {
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      connectionsOpen: this.#streams.size,
      connectionsTotal: this.#total,
      requests: this.#requests,
      denied: this.#denied,
    };
  }

  /** Ends all streams at once and accepts no further ones. The counters can still be read. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#streams) stream.destroy();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the byte limit leaves nothing. */
  get exhausted(): boolean {
    return this.#bytesUp + this.#bytesDown >= this.limits.totalBytes;
  }

  /** What is said when one of these limits is reached. */
  limitReached(limit: 'totalBytes' | 'connections'): Refusal {
    const unit = limit === 'totalBytes' ? 'bytes in all' : 'connections at once';
    const key = this.#limitKeys[limit];
    return overLimit(`the limit of ${this.limits[limit]} ${unit} is reached`, key);
  }

  /** Takes a client connection on the list until it closes. False when there are too many. */
  admit(stream: Duplex): boolean {
    this.#total += 1;
    if (this.#streams.size >= this.limits.connections) return false;
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return true;
  }

  countRequest(): void {
    this.#requests += 1;
  }

  countDenied(): void {
    this.#denied += 1;
  }

  /** Counts bytes that are about to pass. False, and nothing counted, when they would exceed the limit. */
  countBytes(direction: 'up' | 'down', bytes: number): boolean {
    if (this.#bytesUp + this.#bytesDown + bytes > this.limits.totalBytes) return false;
    if (direction === 'up') this.#bytesUp += bytes;
    else this.#bytesDown += bytes;
    return true;
  }
}
