import type { Draft, MemoryRecord } from '../record.ts';
import type { ForgettingConfig } from './config.ts';

const DAY_MS = 86_400_000;
/** What comes from others is held less firmly. */
const TRUST_SHARE = { user: 1, agent: 0.75, outside: 0.5 } as const;
/** Below this a strength would be no number to divide by. */
const LEAST_DAYS = 0.01;

/**
 * Forgetting (ME-3). Retention falls by R = exp(-t / S): Ebbinghaus, "Über das Gedächtnis", 1885, in the form of
 * Woźniak, Gorzelańczyk and Murakowski, "Two components of long-term memory", 1995; t are the days since the last
 * recall, S is the strength in days.
 *
 * A recall raises S by the spacing effect, in the form of the memory model of Ye, Su and Cao, "A stochastic shortest path
 * algorithm for optimizing spaced repetition scheduling", KDD 2022: S' = S (1 + a S^-b (exp(c (1 - R)) - 1)). A recall
 * at once (R = 1) changes nothing, one of what was nearly forgotten most; what is strong already grows by a smaller share.
 */
export interface Curve {
  /** S of a new memory, days. */
  readonly initial: (draft: Pick<Draft, 'kind' | 'provenance' | 'confidence'>) => number;
  /** R at a moment, 0 to 1. */
  readonly retention: (record: Visited, now: number) => number;
  /** S after a recall at a moment, days. */
  readonly strengthened: (record: Visited, now: number) => number;
  /** What retention multiplies a recall score by: never so little that an exact old memory loses to a vague new one. */
  readonly weight: (record: Visited, now: number) => number;
}

/** What of a memory its retention depends on. */
export type Visited = Pick<MemoryRecord, 'kind' | 'pinned' | 'strengthDays' | 'lastRecalledAt' | 'createdAt'>;

/** The curve with its parameters. */
export function createCurve(config: ForgettingConfig): Curve {
  const { growth, damping, spacing, most_days: most, weight_floor: floor } = config;
  const retention = (record: Visited, now: number): number => {
    // Parts of documents are looked up, not learnt: what was true of them is true as long as the document is there.
    if (record.pinned || record.kind === 'chunk') return 1;
    const since = Math.max(record.lastRecalledAt, record.createdAt);
    // A clock that was set back makes no memory younger than it is.
    const days = Math.max(0, now - since) / DAY_MS;
    return Math.exp(-days / Math.max(LEAST_DAYS, record.strengthDays));
  };
  return {
    initial({ kind, provenance, confidence = 1 }) {
      const base = kind === 'chunk' ? config.initial_days.fact : config.initial_days[kind];
      return base * TRUST_SHARE[provenance.trust] * (0.5 + 0.5 * Math.min(1, Math.max(0, confidence)));
    },
    retention,
    strengthened(record, now) {
      const strength = Math.max(LEAST_DAYS, record.strengthDays);
      const missing = 1 - retention(record, now);
      const raised = strength * (1 + growth * strength ** -damping * (Math.exp(spacing * missing) - 1));
      // What was made stronger than the bound by hand is not made weaker.
      return Math.max(strength, Math.min(most, raised));
    },
    weight: (record, now) => floor + (1 - floor) * retention(record, now),
  };
}
