import { HoldfastError } from '@holdfast/protocol';

import { FairQueue, type Waiting } from './queue.ts';

/** How many runs may be worked on at once. */
export interface Concurrency {
  readonly global: number;
  readonly perTenant: number;
  readonly perAgent: number;
}

/** Given back exactly once; further calls do nothing. */
export type Release = () => void;

interface Waiter extends Waiting {
  readonly grant: (release: Release) => void;
}

/**
 * Bounds concurrency globally, per tenant and per agent (AG-1), with fair queueing: see {@link FairQueue}. An agent of
 * the same name in two tenants counts twice.
 */
export class Semaphore {
  readonly #limits: Concurrency;
  readonly #queue = new FairQueue<Waiter>();
  readonly #tenants = new Map<string, number>();
  readonly #agents = new Map<string, number>();
  #held = 0;

  constructor(limits: Concurrency) {
    this.#limits = limits;
  }

  /** Permits given out. */
  get held(): number {
    return this.#held;
  }

  /** Who waits for a permit. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Waits for a permit. @throws HoldfastError CANCELED when the signal aborts first. */
  acquire(who: Waiting, signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.#queue.remove((item) => item === waiter);
        reject(new HoldfastError('CANCELED', 'It no longer waits for a place.'));
      };
      const waiter: Waiter = {
        tenant: who.tenant,
        agent: who.agent,
        grant: (release) => {
          signal.removeEventListener('abort', cancel);
          resolve(release);
        },
      };
      if (signal.aborted) {
        cancel();
        return;
      }
      signal.addEventListener('abort', cancel, { once: true });
      this.#queue.push(waiter);
      this.#grant();
    });
  }

  #grant(): void {
    while (this.#held < this.#limits.global) {
      const waiter = this.#queue.take((item) => this.#may(item));
      if (!waiter) return;
      this.#count(waiter, 1);
      let given = true;
      waiter.grant(() => {
        if (!given) return;
        given = false;
        this.#count(waiter, -1);
        this.#grant();
      });
    }
  }

  #may(who: Waiting): boolean {
    const { perTenant, perAgent } = this.#limits;
    return (this.#tenants.get(who.tenant) ?? 0) < perTenant && (this.#agents.get(agentKey(who)) ?? 0) < perAgent;
  }

  #count(who: Waiting, by: 1 | -1): void {
    this.#held += by;
    change(this.#tenants, who.tenant, by);
    change(this.#agents, agentKey(who), by);
  }
}

function agentKey(who: Waiting): string {
  return JSON.stringify([who.tenant, who.agent]);
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
