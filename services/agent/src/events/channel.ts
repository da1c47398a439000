import type { EventType, JsonObject } from '@holdfast/protocol';

import { type EventId, type RunEvent, type StoredSegment, toSegment } from './event.ts';
import { mustWait, type Viewer } from './pace.ts';

/** Bounds of a channel. */
export interface ChannelOptions {
  /** How many events a paced viewer may lag behind before the reader waits. */
  readonly window: number;
  /** Stored events that are kept in memory for viewers that keep up. */
  readonly keep: number;
  /** Bytes (about) of events that wait to be stored before the reader waits. */
  readonly unstoredBytes: number;
  /** How long one stalled viewer may hold a run back before it is treated as `free`, milliseconds. */
  readonly maxHoldMs: number;
}

/**
 * The events of one run under one lease, in this process: what the run's one writer publishes and viewers read.
 *
 * Events of the journal are *staged*: they are numbered at once, but shown only when the records that they tell of are
 * durable. All others are shown at once, unless a staged one stands before them.
 */
export class RunChannel {
  /** Everybody who watches the run, whether they read from here or still from what is stored. */
  readonly viewers: ReadonlySet<Viewer>;
  readonly #fence: number;
  readonly #now: () => number;
  readonly #options: ChannelOptions;
  #events: RunEvent[] = [];
  #lastN = 0;
  #storedN = 0;
  #staged: number[] = [];
  #unstoredBytes = 0;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(fence: number, viewers: ReadonlySet<Viewer>, now: () => number, options: ChannelOptions) {
    this.viewers = viewers;
    this.#fence = fence;
    this.#now = now;
    this.#options = options;
  }

  /** Shows an event at once; it is stored with the next append or flush. */
  publish(type: EventType, data: JsonObject): void {
    this.#add(type, data);
    if (this.#staged.length === 0) this.#wake();
  }

  /** Adds an event that is shown when the append that carries it is durable. */
  stage(type: EventType, data: JsonObject): void {
    this.#add(type, data);
    this.#staged.push(this.#lastN);
  }

  #add(type: EventType, data: JsonObject): void {
    this.#lastN += 1;
    this.#events.push({ fence: this.#fence, n: this.#lastN, type, at: this.#now(), data });
    const text = data['text'];
    this.#unstoredBytes += 96 + (typeof text === 'string' ? text.length : 200);
  }

  /** Bytes (about) of what waits to be stored. */
  get unstoredBytes(): number {
    return this.#unstoredBytes;
  }

  /** What is not stored yet, as one row. */
  takeSegment(): StoredSegment | undefined {
    return toSegment(this.#events.slice(this.#indexAfter(this.#storedN)));
  }

  /** Tells that a segment is durable: its events may be shown, and old ones leave the memory. */
  stored(segment: StoredSegment): void {
    this.#storedN = segment.lastN;
    this.#staged = this.#staged.filter((n) => n > segment.lastN);
    this.#unstoredBytes = 0;
    const surplus = this.#indexAfter(this.#storedN) - this.#options.keep;
    if (surplus > this.#options.keep) this.#events.splice(0, surplus);
    this.#wake();
  }

  /** The place before the first event that is in memory. */
  get base(): EventId {
    return { fence: this.#fence, n: (this.#events[0]?.n ?? this.#lastN + 1) - 1 };
  }

  /** The last event that may be shown. */
  get head(): EventId {
    return { fence: this.#fence, n: (this.#staged[0] ?? this.#lastN + 1) - 1 };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Shown events after `position`, at most `max`; the position must not lie before {@link base}. */
  after(position: EventId, max: number): RunEvent[] {
    const from = position.fence === this.#fence ? this.#indexAfter(position.n) : 0;
    const to = Math.min(this.#indexAfter(this.head.n), from + max);
    return this.#events.slice(from, to);
  }

  /** Numbers are consecutive, so that a place is found without a search. */
  #indexAfter(n: number): number {
    const first = this.#events[0]?.n ?? this.#lastN + 1;
    return Math.max(0, Math.min(this.#events.length, n + 1 - first));
  }

  /** Resolves when something new is shown, a viewer took something, or the channel is closed. */
  changed(signal?: AbortSignal): Promise<void> {
    if (this.#closed || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done, { once: true });
      this.#waiting.push(done);
    });
  }

  /** Tells that a viewer moved on or left: a reader that waits looks again. */
  viewerMoved(): void {
    if (this.#holding) this.#wake();
  }

  #holding = false;

  /**
   * Resolves when the reader may pull the next piece: no viewer holds it back and what waits to be stored is within
   * its bound. Costs nothing when there is room.
   */
  ready(signal: AbortSignal): Promise<void> | undefined {
    return this.#hasRoom() ? undefined : this.#waitForRoom(signal);
  }

  #hasRoom(): boolean {
    return (
      this.#unstoredBytes <= this.#options.unstoredBytes && !mustWait(this.viewers, this.head, this.#options.window)
    );
  }

  async #waitForRoom(signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(this.#options.maxHoldMs);
    const either = AbortSignal.any([signal, deadline]);
    this.#holding = true;
    try {
      while (!this.#closed && !signal.aborted && !this.#hasRoom()) {
        if (deadline.aborted) {
          for (const viewer of this.viewers) viewer.flow = 'free';
          if (this.#unstoredBytes > this.#options.unstoredBytes) await this.changed(signal);
        } else {
          await this.changed(either);
        }
      }
    } finally {
      this.#holding = false;
    }
  }

  /** No more events come from here: viewers go on with what is stored. */
  close(): void {
    this.#closed = true;
    this.#staged = [];
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }
}
