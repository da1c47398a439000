/** What waits: somebody's, and for an agent. */
export interface Waiting {
  readonly tenant: string;
  readonly agent: string;
}

/**
 * A fair queue: tenants take turns, and within a tenant the oldest that may go goes first. However much one tenant
 * has queued, every other tenant's next turn is at most one round away. Pure: no clock, no I/O.
 */
export class FairQueue<T extends Waiting> {
  readonly #tenants = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    const queue = this.#tenants.get(item.tenant);
    if (queue) queue.push(item);
    else this.#tenants.set(item.tenant, [item]);
    this.#size += 1;
  }

  /**
   * Takes the next item that `may` go. The tenant served goes to the end of the round.
   *
   * @param may asked in fair order; must not change the queue
   */
  take(may: (item: T) => boolean): T | undefined {
    for (const [tenant, queue] of this.#tenants) {
      const index = queue.findIndex((item) => may(item));
      if (index < 0) continue;
      const [item] = queue.splice(index, 1);
      this.#tenants.delete(tenant);
      if (queue.length > 0) this.#tenants.set(tenant, queue);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes all that `match` out of the queue. */
  remove(match: (item: T) => boolean): void {
    for (const [tenant, queue] of this.#tenants) {
      const kept = queue.filter((item) => !match(item));
      this.#size -= queue.length - kept.length;
      if (kept.length === 0) this.#tenants.delete(tenant);
      else this.#tenants.set(tenant, kept);
    }
  }
}
