import type { Rate } from './decide.ts';

interface Bucket {
  readonly calls: number;
  readonly windowMs: number;
  left: number;
  at: number;
}

const WINDOW_MS = { minute: 60_000, hour: 3_600_000 } as const;
/** So many buckets are kept before those that are full again, and so say nothing, are looked for. */
const MANY = 10_000;

/** Counts calls in token buckets: as many at once as the rate says, then as they flow back. In memory. */
export class Rates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #monotonic: () => number;

  /** @param monotonic milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** How many calls are left now, and how long until there is one, milliseconds. Takes none. */
  look(rate: Rate, owner: string): { readonly left: number; readonly waitMs: number } {
    const bucket = this.#filled(rate, owner);
    const left = Math.floor(bucket.left);
    const waitMs = left >= 1 ? 0 : Math.ceil(((1 - bucket.left) * bucket.windowMs) / bucket.calls);
    return { left, waitMs };
  }

  /** Takes one call, which {@link look} has said is there. */
  take(rate: Rate, owner: string): void {
    this.#filled(rate, owner).left -= 1;
  }

  /** Forgets all that is counted for an owner. */
  forget(owner: string): void {
    for (const key of this.#buckets.keys()) if (key.endsWith(`\0${owner}`)) this.#buckets.delete(key);
  }

  #filled(rate: Rate, owner: string): Bucket {
    const now = this.#monotonic();
    const key = `${rate.key}\0${rate.calls}\0${owner}`;
    const known = this.#buckets.get(key);
    if (!known) {
      if (this.#buckets.size >= MANY) this.#sweep(now);
      const bucket = { calls: rate.calls, windowMs: WINDOW_MS[rate.per], left: rate.calls, at: now };
      this.#buckets.set(key, bucket);
      return bucket;
    }
    fill(known, now);
    return known;
  }

  #sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      fill(bucket, now);
      if (bucket.left >= bucket.calls) this.#buckets.delete(key);
    }
  }
}

function fill(bucket: Bucket, now: number): void {
  const back = ((now - bucket.at) * bucket.calls) / bucket.windowMs;
  bucket.left = Math.min(bucket.calls, bucket.left + back);
  bucket.at = now;
}
