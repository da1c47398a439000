import type { Journal } from '../journal/journal.ts';
import { ENDED_STATUSES } from '../journal/journal.ts';
import { type ChannelOptions, RunChannel } from './channel.ts';
import { type EventId, isBefore, type RunEvent } from './event.ts';
import type { FlowName, Viewer } from './pace.ts';
import { StoredRows } from './stored-rows.ts';

const BATCH = 16;

/** What the event log needs. */
export interface EventLogDeps {
  readonly journal: Journal;
  readonly now: () => number;
  readonly options: ChannelOptions;
  /** How often a run that another worker drives, or nobody, is looked at, milliseconds. */
  readonly pollMs: number;
}

/** A viewer, and the last stored row that it has read. */
interface Cursor extends Viewer {
  entry: number;
}

/**
 * The event logs of all runs: stored ones from the journal's store, and the channels of the runs that are worked on in
 * this process.
 */
export class EventLog {
  readonly #deps: EventLogDeps;
  readonly #rows: StoredRows;
  readonly #channels = new Map<string, RunChannel>();
  readonly #viewers = new Map<string, Set<Viewer>>();
  readonly #opened = new Map<string, Set<() => void>>();

  constructor(deps: EventLogDeps) {
    this.#deps = deps;
    this.#rows = new StoredRows(deps.journal);
  }

  /** Opens the channel of a run that this process has just claimed. */
  open(runId: string, fence: number): RunChannel {
    const channel = new RunChannel(fence, this.#viewersOf(runId), this.#deps.now, this.#deps.options);
    this.#channels.get(runId)?.close();
    this.#channels.set(runId, channel);
    for (const wake of this.#opened.get(runId) ?? []) wake();
    return channel;
  }

  /** Closes a channel when its lease is given back or lost. */
  close(runId: string, channel: RunChannel): void {
    channel.close();
    if (this.#channels.get(runId) !== channel) return;
    this.#channels.delete(runId);
    if (channel.viewers.size === 0) this.#viewers.delete(runId);
  }

  /**
   * The events of a run after `after`, then live until the run has ended or the signal aborts. Leaving it is a detach:
   * the run goes on. What was shown before it was stored and then lost in a crash is not shown again; its place in the
   * order is never given to another event.
   *
   * @param tenant a run of another tenant is as if it did not exist: the sequence is empty
   */
  async *watch(
    tenant: string,
    runId: string,
    after: EventId,
    flow: FlowName,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void, undefined> {
    const viewer: Cursor = { flow, position: after, entry: 0 };
    const viewers = this.#viewersOf(runId);
    viewers.add(viewer);
    try {
      while (!signal.aborted) {
        const channel = this.#channels.get(runId);
        if (channel) yield* this.#follow(runId, channel, viewer, signal);
        else {
          const row = await this.#deps.journal.get(tenant, runId);
          if (!row) return;
          yield* this.#stored(runId, viewer);
          if (ENDED_STATUSES.includes(row.status)) return;
          if (!this.#channels.has(runId)) await this.#nextLook(runId, signal);
        }
      }
    } finally {
      viewers.delete(viewer);
      this.#channels.get(runId)?.viewerMoved();
      if (viewers.size === 0 && !this.#channels.has(runId)) this.#viewers.delete(runId);
    }
  }

  /** One set for a run's viewers, before, during and between its channels. */
  #viewersOf(runId: string): Set<Viewer> {
    const viewers = this.#viewers.get(runId) ?? new Set();
    this.#viewers.set(runId, viewers);
    return viewers;
  }

  async *#stored(runId: string, viewer: Cursor): AsyncGenerator<RunEvent, void, undefined> {
    for (;;) {
      const row = await this.#rows.next(runId, viewer.position, viewer.entry);
      if (!row) return;
      for (const event of row.events) {
        if (!isBefore(viewer.position, event)) continue;
        yield event;
        viewer.position = { fence: event.fence, n: event.n };
      }
      viewer.entry = row.entry;
    }
  }

  async *#follow(
    runId: string,
    channel: RunChannel,
    viewer: Cursor,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void, undefined> {
    while (!channel.closed && !signal.aborted) {
      const { base } = channel;
      if (isBefore(viewer.position, base)) {
        yield* this.#stored(runId, viewer);
        if (isBefore(viewer.position, base)) viewer.position = base;
        channel.viewerMoved();
        continue;
      }
      const events = channel.after(viewer.position, BATCH);
      for (const event of events) {
        yield event;
        viewer.position = { fence: event.fence, n: event.n };
        channel.viewerMoved();
      }
      if (events.length === 0) await channel.changed(signal);
    }
  }

  /** Waits until a worker here claims the run, or for the next poll. */
  #nextLook(runId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#opened.get(runId) ?? new Set();
      this.#opened.set(runId, waiters);
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        waiters.delete(done);
        if (waiters.size === 0 && this.#opened.get(runId) === waiters) this.#opened.delete(runId);
        resolve();
      };
      const timer = setTimeout(done, this.#deps.pollMs);
      signal.addEventListener('abort', done, { once: true });
      waiters.add(done);
    });
  }
}
