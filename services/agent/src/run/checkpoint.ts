import type { RunChannel } from '../events/channel.ts';
import type { Journal, Lease, RunStatus } from '../journal/journal.ts';
import { formatRecords, type JournalRecord } from '../journal/record.ts';
import { summarise } from './summary.ts';
import type { RunState } from './state.ts';

/** A change of a run's status that goes with an append. */
export interface StatusChange {
  readonly status: RunStatus;
  readonly release: boolean;
}

/** A snapshot is written when what follows the last one is larger than this, and than the last one itself. */
const SNAPSHOT_BYTES = 64 * 1024;
/** About the largest row of events, and so what one stalled viewer keeps in memory. */
const FLUSH_BYTES = 8 * 1024;

/** What a manager begins with: the run as it was loaded. */
export interface CheckpointStart {
  readonly lease: Lease;
  readonly state: RunState;
  /** Number of the last record. */
  readonly seq: number;
  /** Number of the last entry. */
  readonly entry: number;
  readonly isolation: string;
  /** Once it has ended, the run is to be learned from. */
  readonly learns: boolean;
}

/**
 * The only writer of a run (AG-2). Every append is a checkpoint: the records of an action before and after it,
 * durable when the call resolves, together with the events that tell of them.
 *
 * The state is written in full only when the records since the last time outweigh it, so that the bytes written per
 * action do not grow with the history: over a whole run the snapshots cost at most as much again as the records.
 */
export class CheckpointManager {
  readonly #journal: Journal;
  readonly #channel: RunChannel;
  readonly #start: CheckpointStart;
  readonly #now: () => number;
  #seq: number;
  #entry: number;
  #sinceSnapshot = 0;
  #snapshotSize = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | undefined;
  #flushError: unknown;

  constructor(journal: Journal, channel: RunChannel, start: CheckpointStart, now: () => number) {
    this.#journal = journal;
    this.#channel = channel;
    this.#start = start;
    this.#seq = start.seq;
    this.#entry = start.entry;
    this.#now = now;
  }

  /** Number of the last record. */
  get seq(): number {
    return this.#seq;
  }

  /**
   * Writes records that `state` already contains. Appends of one run are carried out one after another.
   *
   * @throws HoldfastError FENCED when another worker has the run; STORAGE_* when the store fails. In both cases this
   * worker must leave the run: its state is ahead of the journal.
   */
  append(
    records: readonly JournalRecord[],
    options: { status?: StatusChange; signals?: readonly string[]; progress?: boolean } = {},
  ): Promise<void> {
    const firstSeq = this.#seq + 1;
    this.#seq += records.length;
    const text = formatRecords(records);
    this.#sinceSnapshot += text.length;
    const snapshot = this.#snapshot(options.status);
    const { status } = options;
    const change = status && {
      ...status,
      summary: summarise(this.#start.state, this.#seq, this.#start.isolation),
      at: this.#now(),
      ...(this.#start.learns && this.#start.state.phase === 'ended' ? { learn: true } : {}),
    };
    return this.#write(async () => {
      const segment = this.#channel.takeSegment();
      await this.#journal.append(this.#start.lease, {
        entry: this.#nextEntry(records.length > 0 || segment !== undefined),
        firstSeq,
        count: records.length,
        records: text,
        ...(snapshot ? { snapshot } : {}),
        ...(segment ? { segment } : {}),
        ...(change ? { status: change } : {}),
        ...(options.signals ? { signals: options.signals } : {}),
        ...(options.progress ? { progress: true } : {}),
      });
      if (segment) this.#channel.stored(segment);
    });
  }

  /** The state is written down now, since it goes on changing while the append waits for the disk. */
  #snapshot(status: StatusChange | undefined): string | undefined {
    if (status?.release || this.#sinceSnapshot < Math.max(SNAPSHOT_BYTES, this.#snapshotSize)) return undefined;
    const text = JSON.stringify(this.#start.state);
    this.#snapshotSize = text.length;
    this.#sinceSnapshot = 0;
    return text;
  }

  /** Stores streamed events soon, without making anybody wait. A failure is thrown by the next append. */
  flushSoon(): void {
    if (this.#channel.unstoredBytes > FLUSH_BYTES) this.#flush();
    else this.#flushTimer ??= setTimeout(() => this.#flush(), 250);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const segmentWrite = this.#write(async () => {
      const segment = this.#channel.takeSegment();
      if (!segment) return;
      const entry = this.#nextEntry(true);
      const firstSeq = this.#seq + 1;
      await this.#journal.append(this.#start.lease, { entry, firstSeq, count: 0, records: '[]', segment });
      this.#channel.stored(segment);
    });
    segmentWrite.catch((error: unknown) => {
      this.#flushError ??= error;
    });
  }

  #nextEntry(writes: boolean): number {
    if (writes) this.#entry += 1;
    return this.#entry;
  }

  #write(work: () => Promise<void>): Promise<void> {
    const written = this.#tail.then(() => {
      if (this.#flushError !== undefined) throw this.#flushError;
      return work();
    });
    this.#tail = written.catch(() => undefined);
    return written;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#flushTimer);
    await this.#tail;
  }
}
