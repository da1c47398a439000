import { HoldfastError } from '@holdfast/protocol';

/** Money that a call is going to cost, within a budget. Millionths of a US dollar. */
export interface Reservation {
  /** `day:2026-11-27`, or `run:` with the id. */
  readonly scope: string;
  readonly budget: string;
  readonly micros: number;
  readonly limit: number;
}

/** A call that has ended. */
export interface EndedCall {
  readonly tenant: string;
  /** UTC, `2026-11-27`. */
  readonly day: string;
  readonly tool: string;
  readonly failed: boolean;
  readonly micros: number;
}

/** The calls of one tool on one day. */
export interface Usage {
  readonly day: string;
  readonly tool: string;
  readonly calls: number;
  readonly failed: number;
  readonly micros: number;
}

/** What tools have cost, and how often they were called. All methods throw what the storage throws. */
export interface Ledger {
  /**
   * Reserves all or nothing, also where several processes do so at once, and before it resolves durably.
   *
   * @throws HoldfastError LIMIT_EXCEEDED where a budget has not so much left.
   */
  reserve(tenant: string, reservations: readonly Reservation[]): Promise<void>;
  /** What is reserved, by budget. */
  spent(tenant: string, scope: string): Promise<ReadonlyMap<string, number>>;
  count(call: EndedCall): Promise<void>;
  /** From `since` (a day) on, by day and tool. */
  usage(tenant: string, since: string): Promise<readonly Usage[]>;
  /** Forgets a scope that has ended. */
  forget(tenant: string, scope: string): Promise<void>;
}

/** What a budget that has not enough left throws. */
export function budgetExceeded(): HoldfastError {
  return new HoldfastError('LIMIT_EXCEEDED', 'A budget of the tools has not so much left. Nothing was done.');
}
