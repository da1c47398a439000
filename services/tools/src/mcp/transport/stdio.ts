import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import {
  deserializeMessage,
  type JSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/client';

import { lastWords } from './last-words.ts';

/** A program in a sandbox, as far as the transport needs it; `LongProcess` is one. */
export interface McpProcess {
  write(bytes: Uint8Array): Promise<void>;
  closeInput(): Promise<void>;
  readonly output: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }>;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: string }>;
  /** Kills all that it started; idempotent. */
  close(): Promise<void>;
}

/** A program that takes no input any more is waited for so long, to hear why, milliseconds. */
const LAST_WORDS_MS = 2000;
const STDERR_KEPT = 8000;
/** So many lines in a row that are no JSON-RPC end the connection. */
const MOST_GARBAGE = 100;
/** The event loop gets its turn after so many messages. */
const MESSAGES_AT_ONCE = 64;

/** The program of a server ended by itself: that says more than what the broken connection says. */
export class ProgramEnded extends Error {}

/** MCP over the stdin and stdout of a process: one JSON message a line. */
export class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #open: () => Promise<McpProcess>;
  readonly #maxBytes: number;
  #process: McpProcess | undefined;
  #closed = false;
  #stderrTail = '';
  #reading = Promise.resolve();
  #ending: ProgramEnded | undefined;

  /** @param maxBytes a longer message ends the connection */
  constructor(open: () => Promise<McpProcess>, maxBytes: number) {
    this.#open = open;
    this.#maxBytes = maxBytes;
  }

  /** These two tell the SDK that this is a pipe, where silence on a question means an older server. */
  get stderr(): null {
    return null;
  }

  get pid(): null {
    return null;
  }

  /** The end of what the program wrote to stderr, for messages. */
  get stderrTail(): string {
    return this.#stderrTail;
  }

  async start(): Promise<void> {
    const process = await this.#open();
    if (this.#closed) {
      await process.close();
      throw new Error('The connection was closed while its program started.');
    }
    this.#process = process;
    this.#reading = this.#read(process);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.#process || this.#closed) throw new Error('The program of the server does not run.');
    try {
      await this.#process.write(Buffer.from(serializeMessage(message)));
    } catch (error) {
      if (!HoldfastError.has(error, 'FAILED_PRECONDITION')) throw error;
      // It has ended, most likely: what it said on the way is still to be read.
      await Promise.race([this.#reading, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
      throw this.#ending ?? error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#process?.close();
    } finally {
      this.onclose?.();
    }
  }

  async #read(process: McpProcess): Promise<void> {
    const lines = new Lines(this.#maxBytes);
    let garbage = 0;
    let messages = 0;
    try {
      for await (const { stream, bytes } of process.output) {
        if (this.#closed) break;
        if (stream === 'stderr') {
          this.#stderrTail = (this.#stderrTail + Buffer.from(bytes).toString('utf8')).slice(-STDERR_KEPT);
          continue;
        }
        for (const line of lines.take(bytes)) {
          garbage = this.#take(line) ? 0 : garbage + 1;
          if (garbage > MOST_GARBAGE) throw new Error(`It wrote ${garbage} lines in a row that are no JSON-RPC.`);
          messages += 1;
          if (messages % MESSAGES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      }
      if (!this.#closed) {
        const { exitCode, signal } = await process.exited;
        const how = signal === '' ? `with exit code ${exitCode}` : `by ${signal}`;
        const said = lastWords(this.#stderrTail);
        this.#ending = new ProgramEnded(`Its program ended ${how}.${said === '' ? '' : ` It said: ${said}`}`);
        this.onerror?.(this.#ending);
      }
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
    await this.close().catch((error: unknown) =>
      this.onerror?.(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #take(line: string): boolean {
    if (line.trim() === '') return true;
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch {
      this.onerror?.(new Error(`It wrote a line that is no JSON-RPC: ${line.slice(0, 120)}`));
      return false;
    }
    this.onmessage?.(message);
    return true;
  }
}

/** Cuts a stream into lines, none of which may be longer than `max` bytes. */
class Lines {
  readonly #max: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @throws Error for a line that is too long */
  *take(bytes: Uint8Array): Generator<string> {
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      this.#add(bytes.subarray(from, at));
      from = at + 1;
      const line = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      this.#length = 0;
      yield line;
    }
    this.#add(bytes.subarray(from));
  }

  #add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > this.#max) throw new Error(`It wrote a message of more than ${this.#max} bytes.`);
    if (bytes.length > 0) this.#parts.push(bytes);
  }
}
