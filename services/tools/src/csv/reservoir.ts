/** Keeps all numbers while they are few, and a fair sample of them when they are many. The same input, the same sample. */
export class Reservoir {
  readonly #kept: Float64Array;
  #seen = 0;
  #state = 0x9e3779b9;

  constructor(capacity: number) {
    this.#kept = new Float64Array(capacity);
  }

  add(value: number): void {
    const index = this.#seen < this.#kept.length ? this.#seen : Math.floor(this.#random() * (this.#seen + 1));
    if (index < this.#kept.length) this.#kept[index] = value;
    this.#seen += 1;
  }

  /** Whether every number was kept. */
  get exact(): boolean {
    return this.#seen <= this.#kept.length;
  }

  /** Quantiles of what was kept, interpolated linearly between neighbours (type 7). */
  quantiles(at: readonly number[]): number[] {
    const sorted = this.#kept.slice(0, Math.min(this.#seen, this.#kept.length)).sort();
    return at.map((share) => {
      const position = (sorted.length - 1) * share;
      const low = sorted[Math.floor(position)] ?? Number.NaN;
      const high = sorted[Math.ceil(position)] ?? Number.NaN;
      return low + (high - low) * (position - Math.floor(position));
    });
  }

  /** mulberry32: fair enough for a sample, and needs no randomness from outside. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
