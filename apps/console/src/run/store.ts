import type { RunEvent } from './event.ts';
import { RunLog } from './log.ts';
import { type Connection, watchRun, type WatchOptions } from './stream.ts';

/** How often the page is told of new events, milliseconds: as often as an eye sees it. */
const TELL_EVERY_MS = 50;
/** Text of events that is kept for the scrubber, characters; of older output only the place is kept. */
const MOST_CHARS = 64 * 1024 * 1024;

/** One run in the page: all its events, their log, and the connection that brings more. */
export class RunStore {
  readonly #options: Pick<WatchOptions, 'fetch' | 'now' | 'random'>;
  readonly #url: string;
  readonly #listeners = new Set<() => void>();
  #events: RunEvent[] = [];
  #chars = 0;
  #trimmed = 0;
  #log = new RunLog();
  #connection: Connection = { state: 'connecting' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #past: { seq: number; log: RunLog } | undefined;

  constructor(runId: string, options: Pick<WatchOptions, 'fetch' | 'now' | 'random'>) {
    this.#url = `/api/v1/runs/${encodeURIComponent(runId)}/events`;
    this.#options = options;
  }

  /** The run as it is now. */
  get log(): RunLog {
    return this.#log;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The run as it was at a checkpoint. */
  at(seq: number): RunLog {
    if (this.#past?.seq !== seq) this.#past = { seq, log: RunLog.upTo(this.#events, seq) };
    return this.#past.log;
  }

  /** Follows the run until `signal` aborts or the run has ended. */
  async follow(signal: AbortSignal): Promise<void> {
    await watchRun({
      ...this.#options,
      url: this.#url,
      signal,
      onEvents: (events) => this.#take(events),
      onConnection: (connection) => {
        this.#connection = connection;
        this.#tell();
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getVersion = (): number => this.#version;

  async #take(events: readonly RunEvent[]): Promise<void> {
    for (const event of events) {
      this.#events.push(event);
      this.#chars += lengthOf(event);
      this.#log.apply(event);
    }
    this.#trim();
    this.#timer ??= setTimeout(() => this.#tell(), TELL_EVERY_MS);
    // Lets the page paint between two pieces of a long log.
    await new Promise((resolve) => setTimeout(resolve));
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #trim(): void {
    while (this.#chars > MOST_CHARS && this.#trimmed < this.#events.length) {
      const event = this.#events[this.#trimmed];
      if (event) {
        this.#chars -= lengthOf(event);
        if (lengthOf(event) > 0) this.#events[this.#trimmed] = { ...event, data: { ...event.data, text: '' } };
      }
      this.#trimmed += 1;
    }
  }
}

function lengthOf({ data }: RunEvent): number {
  return typeof data['text'] === 'string' ? data['text'].length : 0;
}
