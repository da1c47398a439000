import type { JsonObject } from '@holdfast/protocol';
import type { ReadToken } from '@holdfast/storage';

import type { EventId, StoredSegment } from '../events/event.ts';
import type { RunState } from '../run/state.ts';
import type { Created, Numbered } from './record.ts';

/** Where a run stands, as one word; the same words as `RunStatus` in agent.proto. */
export type RunStatus = 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'canceled';

/** Statuses after which nothing happens any more. */
export const ENDED_STATUSES: readonly RunStatus[] = ['succeeded', 'failed', 'canceled'];

/** A run as a list shows it: what was true when its status last changed. Derived from the journal. */
export interface RunRow {
  readonly id: string;
  readonly tenant: string;
  readonly agent: string;
  readonly status: RunStatus;
  readonly createdAt: number;
  readonly endedAt: number;
  readonly fence: number;
  readonly worker: string;
  /** Recoveries since the last real progress. */
  readonly recoveries: number;
  readonly totalRecoveries: number;
  readonly created: Created;
  readonly summary: RunSummary;
}

/** What a list shows of a run beside its row. */
export interface RunSummary {
  readonly seq: number;
  readonly steps: number;
  readonly startedAt: number;
  readonly usage: RunState['usage'];
  readonly output: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly artifacts: readonly string[];
  readonly questions: readonly {
    readonly actionId: string;
    readonly about: string;
    readonly text: string;
    readonly tool: string;
    readonly choices: readonly string[];
    readonly arguments: JsonObject;
  }[];
  /** The level at which its tools run. */
  readonly isolation: string;
}

/**
 * The right to append to a run. A later lease has a larger fence; the journal refuses the appends of an earlier one,
 * so that two workers can never both advance one run.
 */
export interface Lease {
  readonly runId: string;
  readonly worker: string;
  readonly fence: number;
}

/** A claimed run: its lease, and whether the lease of the worker before was lost (a crash) or given back. */
export interface Claim {
  readonly lease: Lease;
  readonly row: RunRow;
  readonly recovered: boolean;
}

/** A run that waits for a worker. */
export interface Claimable extends Candidate {
  readonly tenant: string;
  readonly agent: string;
  readonly createdAt: number;
  /** Its worker was lost: it goes first, and the claim counts as a recovery. */
  readonly recovery: boolean;
}

/** What a claim relies on. */
export interface Candidate {
  readonly runId: string;
  /** The run's fence when it was looked at: if it has another by now, somebody was faster. */
  readonly fence: number;
  /** A run that is being worked on may be taken only if its lease ended before this time; 0: never. */
  readonly lostBefore: number;
}

/**
 * What is written in one atomic step: one entry of the journal. Its records and the events that tell of them lie in one
 * row, so that an entry touches as few pages of the disk as can be.
 */
export interface Append {
  /** Counts the entries of a run from 1 (its creation); an entry is never written twice. */
  readonly entry: number;
  /** The number of the first record. */
  readonly firstSeq: number;
  readonly count: number;
  /** The records, as `formatRecords` writes them. */
  readonly records: string;
  /** The full state after the last of the records as JSON, now and then. */
  readonly snapshot?: string;
  readonly segment?: StoredSegment;
  /** Set when the status changes; giving the lease back is such a change. */
  readonly status?: {
    readonly status: RunStatus;
    readonly summary: RunSummary;
    readonly release: boolean;
    readonly at: number;
    /** The run has ended, and is to be learned from. */
    readonly learn?: boolean;
  };
  /** Signals that these records settle. */
  readonly signals?: readonly string[];
  /** Real progress was made: the count of recoveries in a row starts again. */
  readonly progress?: boolean;
}

/** A run as it was loaded. */
export interface Loaded {
  readonly state: RunState;
  /** Number of the last record. */
  readonly seq: number;
  /** Number of the last entry. */
  readonly entry: number;
}

/** A message to the run's worker, durable until its effect is in the journal. */
export interface StoredSignal {
  readonly id: string;
  readonly runId: string;
  readonly at: number;
  /** JSON. */
  readonly body: string;
}

/** An ended run that somebody is to learn from. */
export interface ToLearn {
  readonly runId: string;
  /** How often it was taken, this time included. */
  readonly attempts: number;
}

/** Which runs a list shows; newest first. */
export interface RunQuery {
  readonly tenant: string;
  readonly statuses?: readonly RunStatus[];
  readonly agent?: string;
  readonly tag?: string;
  /** In the task, id, agent or tags; see `search.ts`. */
  readonly search?: string;
  /** Created at or after, epoch milliseconds. */
  readonly since?: number;
  /** Created before, epoch milliseconds. */
  readonly until?: number;
  readonly limit: number;
  /** Only runs older than this id. */
  readonly before?: string;
}

/** A run to be stored for the first time. */
export interface NewRun {
  readonly id: string;
  readonly created: Created;
  readonly summary: RunSummary;
  readonly segment: StoredSegment;
  /** With the same key only one run is ever created in a tenant; empty: no key. */
  readonly requestKey: string;
}

/**
 * The store of runs. One file per product; all pass `conformance.ts`.
 *
 * Every method throws HoldfastError: STORAGE_* where the store fails; what else is said at the method.
 */
export interface Journal {
  /** Stores a new run. Resolves to the id of the run that already has the request key, or to the new one's. */
  create(run: NewRun): Promise<string>;
  /** Durable when it resolves. @throws FENCED when the lease is no longer the run's latest, with nothing written. */
  append(lease: Lease, append: Append): Promise<ReadToken>;
  /** The state after the last record, from the latest snapshot on; undefined where there is no such run. */
  load(runId: string): Promise<Loaded | undefined>;
  /** The state after record `seq`. */
  loadAt(runId: string, seq: number): Promise<RunState | undefined>;
  /** Records from `fromSeq` on, in order. */
  read(runId: string, fromSeq?: number): Promise<readonly Numbered[]>;
  /** Takes the lease if the run is still as `candidate` says; undefined where another worker was faster. */
  claim(candidate: Candidate, worker: string, now: number, leaseMs: number): Promise<Claim | undefined>;
  /**
   * Runs without a worker, some of each tenant, lost ones first, then the oldest.
   *
   * @param worker who asks: its own runs are not lost
   * @param lostBefore a run of another worker is lost if its lease ended before this time
   */
  claimable(worker: string, lostBefore: number, perTenant: number): Promise<readonly Claimable[]>;
  /** Prolongs all leases of a worker. */
  renew(worker: string, until: number): Promise<void>;
  get(tenant: string, runId: string): Promise<RunRow | undefined>;
  list(query: RunQuery): Promise<readonly RunRow[]>;
  count(statuses: readonly RunStatus[]): Promise<number>;
  signal(signal: StoredSignal): Promise<void>;
  /** Signals of one run, or of all runs that this worker holds, oldest first. */
  signals(of: { runId: string } | { worker: string }): Promise<readonly StoredSignal[]>;
  /**
   * Takes the run that waits longest to be learned from, for as long as until `until`: nobody else gets it before. It
   * comes again, unless `learned` says that it need not.
   */
  takeToLearn(now: number, until: number): Promise<ToLearn | undefined>;
  learned(runId: string): Promise<void>;
  /** Who took runs to learn from is gone: they can be taken at once. */
  releaseToLearn(): Promise<void>;
  /**
   * Stored events after (fence, n): at most `limit` segments, in order.
   *
   * @param afterEntry an entry before which nothing new can be: that of the last segment read, or 0
   */
  segments(
    runId: string,
    after: EventId,
    afterEntry: number,
    limit: number,
  ): Promise<readonly (StoredSegment & { entry: number })[]>;
}
