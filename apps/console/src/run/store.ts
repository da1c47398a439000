import type { RunEvent } from './event.ts';
import { RunLog } from './log.ts';
import { type Connection, watchRun, type WatchOptions } from './stream.ts';

/** How often the page is told of new events, milliseconds: as often as an eye sees it. */
const TELL_EVERY_MS = 50;
/** More events than that in such a time are a log that is read again: it is shown when it pauses, or this late at most. */
const READ_AGAIN = 100;
const TELL_LATEST_MS = 1000;
/** How long events are taken in before the page may paint, milliseconds. */
const AT_ONCE_MS = 8;
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
  #untold = 0;
  #paused = 0;
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
    this.#untold += events.length;
    this.#timer ??= setTimeout(() => this.#tellSoon(this.#options.now() + TELL_LATEST_MS), TELL_EVERY_MS);
    if (this.#options.now() - this.#paused < AT_ONCE_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.#paused = this.#options.now();
  }

  #tellSoon(latest: number): void {
    const { now } = this.#options;
    if (this.#untold < READ_AGAIN || now() >= latest) {
      this.#tell();
      return;
    }
    this.#untold = 0;
    this.#timer = setTimeout(() => this.#tellSoon(latest), TELL_EVERY_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#untold = 0;
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
