/**
 * Upper bounds, milliseconds: five to a decade, from 1 ms to 28 hours. What is longer has a place of its own behind the
 * last. Stored counts rely on them: they are never changed, only added to at the end.
 */
export const BOUNDS_MS: readonly number[] = [
  1, 1.6, 2.5, 4, 6.3, 10, 16, 25, 40, 63, 100, 160, 250, 400, 630, 1_000, 1_600, 2_500, 4_000, 6_300, 10_000, 16_000,
  25_000, 40_000, 63_000, 100_000, 160_000, 250_000, 400_000, 630_000, 1_000_000, 1_600_000, 2_500_000, 4_000_000,
  6_300_000, 10_000_000, 16_000_000, 25_000_000, 40_000_000, 63_000_000, 100_000_000,
];

/** The place of a duration: the first whose bound it does not exceed. */
export function placeOf(ms: number): number {
  let place = 0;
  while (place < BOUNDS_MS.length && ms > (BOUNDS_MS[place] ?? 0)) place += 1;
  return place;
}

/** Durations as counts by place; adds up over time, names and processes. */
export class Distribution {
  readonly #counts: number[] = [];
  #count = 0;
  #maximum = 0;

  /** Adds what was stored. */
  add(counts: readonly number[], maximum: number): void {
    for (const [place, count] of counts.entries()) {
      this.#counts[place] = (this.#counts[place] ?? 0) + count;
      this.#count += count;
    }
    this.#maximum = Math.max(this.#maximum, maximum);
  }

  /** The median and the 95th percentile, milliseconds to a tenth; undefined where there is nothing. */
  quantiles(): { p50: number; p95: number } | undefined {
    if (this.#count === 0) return undefined;
    return { p50: this.#quantile(0.5), p95: this.#quantile(0.95) };
  }

  /** Between the bounds of its place in proportion to its rank, and never above the longest that was seen. */
  #quantile(share: number): number {
    let left = share * this.#count;
    for (let place = 0; place < this.#counts.length; place += 1) {
      const count = this.#counts[place] ?? 0;
      if (left > count) {
        left -= count;
        continue;
      }
      const lower = BOUNDS_MS[place - 1] ?? 0;
      const upper = Math.min(BOUNDS_MS[place] ?? this.#maximum, this.#maximum);
      return tenth(Math.min(lower + (upper - lower) * (left / count), this.#maximum));
    }
    return tenth(this.#maximum);
  }
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
