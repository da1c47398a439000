import { averageMs, type Demand, demandAfterOne, demandAt, NO_DEMAND, readyWanted, type SizeBounds } from './sizing.ts';

/** One that is ready. */
export interface Ready<T> {
  readonly item: T;
  isDead: boolean;
}

/** Those of one kind that are ready, and what is known of its demand. */
export class Shelf<K, T> {
  readonly kind: K;
  readonly key: string;
  /** Oldest first. */
  readonly ready: Ready<T>[] = [];
  /** How many are being made to be kept ready. */
  making = 0;
  /** Failures in a row: none could be made, or one died while it waited. */
  failures = 0;
  /** None is made ahead until then, milliseconds. */
  notBefore = -Infinity;
  /** When one was last asked for, milliseconds. */
  lastUseAt = -Infinity;
  /** Whether `min` are kept ready even when nobody asks. */
  isWarm = false;
  private demand: Demand = NO_DEMAND;
  private makeMs: number | undefined;

  constructor(kind: K, key: string) {
    this.kind = kind;
    this.key = key;
  }

  /** One is asked for. */
  countUse(now: number): void {
    this.demand = demandAfterOne(this.demand, now);
    this.lastUseAt = now;
  }

  /** Making one took so long. */
  countMade(tookMs: number): void {
    this.makeMs = averageMs(this.makeMs, tookMs);
  }

  /** How many there should be. */
  wanted(now: number, { min, max, idleMs }: SizeBounds): number {
    const { perSecond } = demandAt(this.demand, now);
    const bounds = { min: this.isWarm ? Math.min(min, max) : 0, max, idleMs };
    return readyWanted(perSecond, this.makeMs ?? 0, now - this.lastUseAt, bounds);
  }

  /** How many there are, with those that are being made. */
  get size(): number {
    return this.ready.length + this.making;
  }
}
