/** How much one context may do. Times in milliseconds, sizes in bytes. */
export interface EgressLimits {
  /** Bytes up and down together, over the life of the context. */
  readonly totalBytes: number;
  /** Client connections open at once. */
  readonly connections: number;
  /** A connection without a byte in either direction for so long is ended. */
  readonly idleMs: number;
  /** The longest life of a connection. */
  readonly totalMs: number;
  /** From the answer to CONNECT until the whole ClientHello is there. */
  readonly helloMs: number;
  /** To resolve a name, and once more to reach one of its addresses. */
  readonly connectMs: number;
}

/** Enough for package managers and clones; a build that downloads more says so in its configuration. */
export const DEFAULT_EGRESS_LIMITS: EgressLimits = {
  totalBytes: 4 * 1024 ** 3,
  connections: 128,
  idleMs: 120_000,
  totalMs: 3_600_000,
  helloMs: 10_000,
  connectMs: 15_000,
};

/** Where limits stand in the configuration, for messages: `{ totalBytes: 'sandbox.limits.egress_bytes' }`. */
export type LimitKeys = Partial<Record<keyof EgressLimits, string>>;
