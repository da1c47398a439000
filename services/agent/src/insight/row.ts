/**
 * What a figure is about. A run is counted by how it ended; `queue` is the time until a run is first worked on;
 * `resource` is what a process uses.
 */
export type InsightKind = 'run-succeeded' | 'run-failed' | 'run-canceled' | 'queue' | 'model' | 'tool' | 'resource';

/** What one process saw of one name within one bucket. */
export interface InsightRow {
  /** Empty: no tenant's own, as what a process uses. */
  readonly tenant: string;
  /** Where the bucket begins, epoch milliseconds. */
  readonly bucketAt: number;
  readonly kind: InsightKind;
  /** The agent, model, tool or resource. */
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  /** Milliseconds; of a resource the sum of its samples. */
  readonly total: number;
  readonly maximum: number;
  /** Counts by place, see `histogram.ts`, up to the last that is not 0; empty for a resource. */
  readonly histogram: readonly number[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Answers whose price is not known. */
  readonly costUnknown: number;
}

/** What a process uses now. */
export interface ResourceSample {
  readonly rssBytes: number;
  /** Of one core, since the sample before. */
  readonly cpuFraction: number;
  /** 99th percentile since the sample before, milliseconds. */
  readonly eventLoopDelayMs: number;
  /** On the file system of the data directory. */
  readonly diskFreeBytes: number;
}

/** The names of `resource` rows. */
export const RESOURCES = {
  rssBytes: 'rss_bytes',
  cpuFraction: 'cpu_fraction',
  eventLoopDelayMs: 'event_loop_delay_ms',
  diskFreeBytes: 'disk_free_bytes',
} as const satisfies Record<keyof ResourceSample, string>;
