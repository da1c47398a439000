const MAX_KEY_CHARS = 200;
const REGISTERS = 4096;
const REGISTER_BITS = 12;

/**
 * Counts different values and finds the most frequent ones: exactly while they are few; when they are many, their
 * number by HyperLogLog (about 1.6 % off) and the frequent ones by lossy counting (counts are then lower bounds).
 */
export class Distinct {
  readonly #capacity: number;
  readonly #counts = new Map<string, number>();
  readonly #registers = new Uint8Array(REGISTERS);
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(value: string): void {
    const { high, low } = hash(value);
    const register = high >>> (32 - REGISTER_BITS);
    const rank = Math.clz32(low) + 1;
    if (rank > (this.#registers[register] ?? 0)) this.#registers[register] = rank;
    const key = value.length > MAX_KEY_CHARS ? `${value.slice(0, MAX_KEY_CHARS)}\0${high}.${low}` : value;
    this.#counts.set(key, (this.#counts.get(key) ?? this.#dropped) + 1);
    while (this.#counts.size > this.#capacity) this.#drop();
  }

  /** Whether nothing had to be forgotten. */
  get exact(): boolean {
    return this.#dropped === 0;
  }

  get count(): number {
    return this.exact ? this.#counts.size : this.#estimate();
  }

  /** The most frequent values; with `exact` false a count may be too low by `error` at most. */
  top(most: number): { value: string; count: number }[] {
    return [...this.#counts]
      .map(([key, count]) => ({ value: key.split('\0')[0] ?? '', count: count - (this.exact ? 0 : this.#dropped) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, most);
  }

  #drop(): void {
    this.#dropped += 1;
    for (const [key, count] of this.#counts) if (count <= this.#dropped) this.#counts.delete(key);
  }

  #estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    return Math.round(raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw);
  }
}

/** Two 32-bit hashes of a text that have nothing to do with each other. */
function hash(text: string): { high: number; low: number } {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return { high: a >>> 0, low: b >>> 0 };
}
