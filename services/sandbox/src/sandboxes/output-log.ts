import { HoldfastError } from '@holdfast/protocol';

/** A piece of what a process wrote. */
export interface OutputChunk {
  /** A terminal has one stream for both. */
  readonly stream: 'stdout' | 'stderr' | 'pty';
  readonly data: Uint8Array;
}

/** One who reads along. */
export interface OutputReader {
  /**
   * The next piece; undefined when there will be no more. One call at a time.
   *
   * @throws HoldfastError LIMIT_EXCEEDED where this reader stalled while another one waited for more.
   */
  next(): Promise<OutputChunk | undefined>;
  /** Gives up the place. What it has not read is kept where nobody else reads. */
  close(): void;
}

/** What bounds an {@link OutputLog}. */
export interface OutputLogOptions {
  /** How much is held that not everybody has read. */
  readonly maxBytes: number;
  /** How long one reader may hold up others that have read everything, in milliseconds. */
  readonly stallMs: number;
}

interface Reader {
  /** Number of the next chunk. */
  next: number;
  wake: () => void;
  dropped: boolean;
}

/**
 * What a process writes, on its way to any number of readers. Bounded: the writer waits for the slowest reader, so a
 * reader that stalls stops the process at a full pipe, but a reader that holds up others for too long is dropped. With
 * nobody to read, the newest output is kept for the next who comes, and the process never waits.
 */
export class OutputLog {
  readonly #options: OutputLogOptions;
  readonly #readers = new Set<Reader>();
  readonly #chunks: OutputChunk[] = [];
  /** Number of the first chunk that is held. */
  #first = 0;
  #bytes = 0;
  #ended = false;
  #room: (() => void)[] = [];

  constructor(options: OutputLogOptions) {
    this.#options = options;
  }

  /** Adds a chunk. Resolves when there is room for more. */
  async push(chunk: OutputChunk): Promise<void> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.data.byteLength;
    this.#wakeReaders();
    this.#trim();
    while (this.#bytes > this.#options.maxBytes) await this.#untilRoom();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wakeReaders();
  }

  /** Begins to read: from now on where others read already, otherwise with what was kept. */
  read(): OutputReader {
    const end = () => this.#first + this.#chunks.length;
    const reader: Reader = {
      next: this.#readers.size > 0 ? end() : this.#first,
      wake: () => {},
      dropped: false,
    };
    this.#readers.add(reader);
    let given = false;
    return {
      next: async () => {
        if (given) {
          given = false;
          reader.next += 1;
          this.#trim();
        }
        for (;;) {
          if (reader.dropped) throw stalled();
          const chunk = this.#chunks[reader.next - this.#first];
          if (chunk) {
            given = true;
            return chunk;
          }
          if (this.#ended || !this.#readers.has(reader)) return undefined;
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        }
      },
      close: () => {
        this.#remove(reader);
      },
    };
  }

  #remove(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    const last = this.#readers.size === 0;
    if (last) this.#dropBefore(reader.next);
    this.#trim();
    reader.wake();
  }

  #wakeReaders(): void {
    for (const reader of this.#readers) reader.wake();
  }

  #trim(): void {
    if (this.#readers.size === 0) {
      while (this.#bytes > this.#options.maxBytes) this.#shift();
    } else {
      this.#dropBefore(Math.min(...[...this.#readers].map(({ next }) => next)));
    }
    if (this.#bytes <= this.#options.maxBytes) {
      for (const resolve of this.#room.splice(0)) resolve();
    }
  }

  #dropBefore(number: number): void {
    while (this.#first < number && this.#chunks.length > 0) this.#shift();
  }

  #shift(): void {
    const chunk = this.#chunks.shift();
    if (!chunk) return;
    this.#first += 1;
    this.#bytes -= chunk.data.byteLength;
  }

  async #untilRoom(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#room.push(resolve);
    const timer = setTimeout(() => {
      this.#dropStalled();
      resolve();
    }, this.#options.stallMs);
    timer.unref();
    await promise;
    clearTimeout(timer);
  }

  /** Takes away who holds the oldest chunk, where somebody else waits for more. */
  #dropStalled(): void {
    const end = this.#first + this.#chunks.length;
    const readers = [...this.#readers];
    if (!readers.some(({ next }) => next === end)) return;
    for (const reader of readers.filter(({ next }) => next === this.#first)) {
      reader.dropped = true;
      this.#remove(reader);
    }
  }
}

function stalled(): HoldfastError {
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    'This reader took no output for too long while others waited, and was left behind. The process runs on: connect again.',
  );
}
