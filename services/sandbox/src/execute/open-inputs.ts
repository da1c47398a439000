import type { Writable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { Started } from './started.ts';

/** The stdin of one command, from when it is asked for until it has ended. */
export interface OpenInput {
  /** The command runs: what is sent goes to it. */
  attach(started: Pick<Started, 'stdin' | 'ended'>): void;
  /** It has ended, or was never started: what still waits is refused. */
  remove(): void;
}

interface Entry {
  readonly stdin: PromiseWithResolvers<Writable>;
  /** Rejects when nothing can be written any more. */
  readonly over: PromiseWithResolvers<never>;
  /** What was sent before, so that nothing overtakes it. */
  last: Promise<void>;
}

/** The commands of one sandbox whose stdin stays open, by the id that their caller gave them. */
export class OpenInputs {
  readonly #entries = new Map<string, Entry>();

  /** @throws HoldfastError INVALID_ARGUMENT without an id, ALREADY_EXISTS for one that another command has. */
  open(id: string): OpenInput {
    if (id === '') {
      throw new HoldfastError('INVALID_ARGUMENT', 'A command with open_stdin needs an exec_id. Nothing was run.');
    }
    if (this.#entries.has(id)) {
      throw new HoldfastError('ALREADY_EXISTS', `A command ${id} runs in this sandbox already. Nothing was run.`);
    }
    const entry: Entry = {
      stdin: Promise.withResolvers(),
      over: Promise.withResolvers(),
      last: Promise.resolve(),
    };
    // Both are told to whoever sends; nobody need.
    entry.over.promise.catch(() => undefined);
    this.#entries.set(id, entry);
    const end = (): void => entry.over.reject(closed(id));
    return {
      attach({ stdin, ended }) {
        entry.stdin.resolve(stdin);
        ended.then(end, end);
      },
      remove: () => {
        this.#entries.delete(id);
        end();
      },
    };
  }

  /**
   * Writes, in the order of the calls, and resolves when the box took it; waits for a command that is being started.
   *
   * @throws HoldfastError FAILED_PRECONDITION where no such command takes input any more.
   */
  async send(id: string, data: Uint8Array, close: boolean): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) throw closed(id);
    const sent = Promise.race([entry.over.promise, this.#write(id, entry, data, close)]);
    entry.last = sent.catch(() => undefined);
    await sent;
  }

  async #write(id: string, entry: Entry, data: Uint8Array, close: boolean): Promise<void> {
    await entry.last;
    const stdin = await entry.stdin.promise;
    if (stdin.destroyed || stdin.writableEnded) throw closed(id);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const done = (error?: Error | null): void => (error ? reject(closed(id, error)) : resolve());
    if (!close) stdin.write(data, done);
    else if (data.byteLength > 0) stdin.end(data, done);
    else stdin.end(done);
    await promise;
  }
}

function closed(id: string, cause?: Error): HoldfastError {
  return new HoldfastError(
    'FAILED_PRECONDITION',
    `The command ${id} takes no input: it has ended, its input was closed, or it was not started with open_stdin.`,
    cause ? { cause } : {},
  );
}
