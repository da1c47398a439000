import type { JsonObject } from '@holdfast/protocol';

import { Distinct } from './distinct.ts';
import { Reservoir } from './reservoir.ts';
import { type Kind, valueOf } from './value.ts';

/** How much the columns of one table may remember. */
export interface ColumnLimits {
  readonly samples: number;
  readonly values: number;
}

/** Values beyond these are far from the rest: 1.5 times the distance of the quartiles below or above them. */
export interface Fences {
  readonly low: number;
  readonly high: number;
}

const DOMINANT = 0.8;
const MAX_EXAMPLES = 5;
const MIN_FOR_OUTLIERS = 8;
type Present = Exclude<Kind, 'missing'>;

/** What is learnt of one column, value by value. */
export class Column {
  readonly name: string;
  readonly #distinct: Distinct;
  readonly #numbers: Reservoir;
  readonly #kinds: Record<Present, number> = { integer: 0, decimal: 0, date: 0, boolean: 0, text: 0 };
  readonly #examples: Record<Present, { row: number; value: string }[]> = {
    integer: [],
    decimal: [],
    date: [],
    boolean: [],
    text: [],
  };
  readonly #number = new Moments();
  readonly #date = new Moments();
  #missing = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #outliers = 0;
  readonly #outlierExamples: { row: number; value: number }[] = [];

  constructor(name: string, limits: ColumnLimits) {
    this.name = name;
    this.#distinct = new Distinct(limits.values);
    this.#numbers = new Reservoir(limits.samples);
  }

  add(cell: string, row: number, decimalComma: boolean): void {
    const { kind, number = 0 } = valueOf(cell, decimalComma);
    if (kind === 'missing') {
      this.#missing += 1;
      return;
    }
    this.#kinds[kind] += 1;
    if (this.#examples[kind].length < MAX_EXAMPLES) this.#examples[kind].push({ row, value: cell.slice(0, 80) });
    this.#distinct.add(cell);
    if (cell.length < this.#shortest) this.#shortest = cell.length;
    if (cell.length > this.#longest) this.#longest = cell.length;
    if (kind === 'integer' || kind === 'decimal') {
      this.#number.add(number);
      this.#numbers.add(number);
    } else if (kind === 'date') this.#date.add(number);
  }

  /** Fences of a column of numbers; undefined where they make no sense. */
  fences(): Fences | undefined {
    if (!this.#isNumeric() || this.#number.count < MIN_FOR_OUTLIERS) return undefined;
    const [low = 0, high = 0] = this.#numbers.quantiles([0.25, 0.75]);
    const reach = (high - low) * 1.5;
    return reach > 0 ? { low: rounded(low - reach), high: rounded(high + reach) } : undefined;
  }

  /** Second look at a value, when the fences are known. */
  checkOutlier(cell: string, row: number, fences: Fences, decimalComma: boolean): void {
    const { kind, number } = valueOf(cell, decimalComma);
    if ((kind !== 'integer' && kind !== 'decimal') || number === undefined) return;
    if (number >= fences.low && number <= fences.high) return;
    this.#outliers += 1;
    if (this.#outlierExamples.length < MAX_EXAMPLES * 2) this.#outlierExamples.push({ row, value: number });
  }

  /** What does not apply to its type is null. */
  toJson(): JsonObject {
    const present = Object.values(this.#kinds).reduce((sum, count) => sum + count, 0);
    const { type, odd } = this.#type(present);
    const fences = this.fences();
    return {
      name: this.name,
      type,
      present,
      missing: this.#missing,
      distinct: this.#distinct.count,
      distinct_is_estimated: !this.#distinct.exact,
      top: this.#distinct.top(5),
      top_is_estimated: !this.#distinct.exact,
      number: type === 'integer' || type === 'decimal' ? this.#numberJson() : null,
      range: type === 'date' ? { first: iso(this.#date.min), last: iso(this.#date.max) } : null,
      length: type === 'text' || type === 'mixed' ? { min: this.#shortest, max: this.#longest } : null,
      kinds: { ...this.#kinds },
      odd: odd ?? null,
      outliers: fences ? { count: this.#outliers, ...fences, examples: this.#outlierExamples } : null,
    };
  }

  #numberJson(): JsonObject {
    const [q1 = 0, median = 0, q3 = 0] = this.#numbers.quantiles([0.25, 0.5, 0.75]).map(rounded);
    const { min, max, mean, deviation } = this.#number;
    const exact = this.#numbers.exact;
    return {
      min,
      q1,
      median,
      q3,
      max,
      mean: rounded(mean),
      deviation: rounded(deviation),
      quantiles_are_estimated: !exact,
    };
  }

  #isNumeric(): boolean {
    const present = Object.values(this.#kinds).reduce((sum, count) => sum + count, 0);
    return this.#number.count > 0 && this.#number.count >= present * DOMINANT;
  }

  /** The type of nearly all values, and the few that are odd. */
  #type(present: number): { type: string; odd?: JsonObject } {
    if (present === 0) return { type: 'empty' };
    const kinds = this.#kinds;
    const shares: readonly (readonly [type: string, count: number, of: readonly Present[]])[] = [
      ['integer', kinds.integer, ['integer']],
      ['decimal', kinds.integer + kinds.decimal, ['integer', 'decimal']],
      ['date', kinds.date, ['date']],
      ['boolean', kinds.boolean, ['boolean']],
      ['text', kinds.text, ['text']],
    ];
    const whole = shares.find(([, count]) => count === present);
    if (whole) return { type: whole[0] };
    // A whole number among decimals is not odd; a decimal among whole numbers makes all of them decimals.
    const most = shares.find(([type, count]) => type !== 'integer' && count >= present * DOMINANT);
    if (!most) return { type: 'mixed' };
    const [type, count, of] = most;
    const only = type === 'decimal' && kinds.decimal === 0 ? 'integer' : type;
    const others = (Object.keys(kinds) as Present[]).filter((kind) => !of.includes(kind));
    const examples = others.flatMap((kind) => this.#examples[kind]).sort((a, b) => a.row - b.row);
    return { type: only, odd: { count: present - count, examples: examples.slice(0, MAX_EXAMPLES) } };
  }
}

/** Count, range, mean and spread, in one pass and without loss (Welford). */
class Moments {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const distance = value - this.mean;
    this.mean += distance / this.count;
    this.#squares += distance * (value - this.mean);
  }

  /** Of the sample (n - 1). */
  get deviation(): number {
    return this.count < 2 ? 0 : Math.sqrt(this.#squares / (this.count - 1));
  }
}

/** Nine significant digits; whole numbers stay whole. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(9));
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}
