/** Where what does not fit into a result is kept. */
export interface Overflow {
  /** As the run sees it. */
  readonly path: string;
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** How much of one stream goes where, in bytes. */
export interface OutputLimits {
  /** The beginning and the end that go into the result. */
  readonly head: number;
  readonly tail: number;
  /** Kept in the file. */
  readonly file: number;
  /** Shown to viewers while it runs. */
  readonly live: number;
}

/** The limits of each of the two streams. */
export const OUTPUT_LIMITS: OutputLimits = {
  head: 16 * 1024,
  tail: 16 * 1024,
  file: 64 * 1024 * 1024,
  live: 256 * 1024,
};

/** What became of one stream. */
export interface Captured {
  readonly text: string;
  readonly truncated: boolean;
  readonly bytes: number;
  /** Where the whole of it is, as the run sees it; not there where it fits, or could not be kept. */
  readonly file?: string;
}

/** Takes one stream of a command's output, in bounded memory however much comes. */
export class OutputCapture {
  readonly #limits: OutputLimits;
  readonly #open: () => Promise<Overflow>;
  readonly #live = new TextDecoder();
  #chunks: Uint8Array[] = [];
  #held = 0;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;
  #liveBytes = 0;
  #overflow: Overflow | undefined;
  #written = 0;
  #lost: string | undefined;

  /** `open` is called once, when the output does not fit into the result. */
  constructor(open: () => Promise<Overflow>, limits: OutputLimits = OUTPUT_LIMITS) {
    this.#open = open;
    this.#limits = limits;
  }

  /** Takes a chunk; gives the text that viewers see of it, which ends with a notice once they have seen enough. */
  async push(chunk: Uint8Array): Promise<string> {
    const { head, tail } = this.#limits;
    this.#bytes += chunk.length;
    if (this.#head.length < head) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, head - this.#head.length)]);
    }
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tail)]).subarray(-tail);
    if (this.#bytes <= head + tail) {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
    } else {
      await this.#keep(chunk);
    }
    return this.#shown(chunk);
  }

  /** The rest of what viewers see, after the last chunk. */
  end(): string {
    return this.#liveBytes > this.#limits.live ? '' : this.#live.decode();
  }

  /** Closes the file and gives what goes into the result. */
  async finish(): Promise<Captured> {
    if (this.#overflow) await this.#overflow.close().catch((error: unknown) => this.#lose(error));
    if (this.#bytes <= this.#limits.head + this.#limits.tail) {
      const text = new TextDecoder().decode(Buffer.concat(this.#chunks, this.#held));
      return { text, truncated: false, bytes: this.#bytes };
    }
    const left = this.#bytes - this.#head.length - this.#tail.length;
    const text = `${decodeHead(this.#head)}\n[... ${left} bytes left out here; ${this.#where()} ...]\n${decodeTail(this.#tail)}`;
    const file = this.#overflow && this.#written > 0 ? { file: this.#overflow.path } : {};
    return { text, truncated: true, bytes: this.#bytes, ...file };
  }

  #where(): string {
    const path = this.#overflow?.path ?? '';
    if (this.#lost !== undefined) return `the rest could not be kept: ${this.#lost}`;
    return this.#written < this.#bytes ? `the first ${this.#written} bytes are in ${path}` : `the whole is in ${path}`;
  }

  async #keep(chunk: Uint8Array): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      if (this.#overflow === undefined) {
        this.#overflow = await this.#open();
        for (const earlier of this.#chunks) await this.#write(earlier);
        this.#chunks = [];
      }
      await this.#write(chunk);
    } catch (error) {
      this.#lose(error);
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const part = chunk.subarray(0, Math.max(0, this.#limits.file - this.#written));
    if (part.length === 0) return;
    await this.#overflow?.write(part);
    this.#written += part.length;
  }

  /** The command goes on when the disk is full: the result says what is missing. */
  #lose(error: unknown): void {
    this.#chunks = [];
    this.#lost = error instanceof Error ? error.message : 'the file could not be written';
  }

  #shown(chunk: Uint8Array): string {
    if (this.#liveBytes > this.#limits.live) return '';
    const room = this.#limits.live - this.#liveBytes;
    this.#liveBytes += chunk.length;
    if (chunk.length <= room) return this.#live.decode(chunk, { stream: true });
    return `${this.#live.decode(chunk.subarray(0, room))}\n[... more than ${this.#limits.live} bytes: no longer shown live ...]\n`;
  }
}

/** The beginning of a text, without a character that is cut off. */
function decodeHead(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

/** The end of a text, without the rest of a character that was cut off. */
function decodeTail(bytes: Uint8Array): string {
  let start = 0;
  while (start < 4 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(bytes.subarray(start));
}
