import type { Input } from './input.ts';

/** As many inputs go in one request. */
const MOST = 100;

/**
 * Sends what a person does in order, one request at a time. While one is under way, what comes is gathered: of moves in a
 * row the last one counts, and turns of the wheel are added up.
 */
export class InputQueue {
  readonly #send: (inputs: Input[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #waiting: Input[] = [];
  #sending = false;

  /** @param onError is told of what was not taken; what waited behind it is dropped. */
  constructor(send: (inputs: Input[]) => Promise<void>, onError: (error: unknown) => void) {
    this.#send = send;
    this.#onError = onError;
  }

  push(...inputs: readonly Input[]): void {
    for (const input of inputs) {
      const merged = merge(this.#waiting.at(-1), input);
      if (merged) this.#waiting[this.#waiting.length - 1] = merged;
      else this.#waiting.push(input);
    }
    if (!this.#sending) void this.#work();
  }

  async #work(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MOST));
    } catch (error) {
      this.#waiting = [];
      this.#onError(error);
    } finally {
      this.#sending = false;
    }
  }
}

function merge(last: Input | undefined, next: Input): Input | undefined {
  if (last?.kind !== 'mouse' || next.kind !== 'mouse' || last.type !== next.type) return undefined;
  if (next.type === 'move') return next;
  if (next.type !== 'wheel') return undefined;
  const bound = (value: number) => Math.min(10_000, Math.max(-10_000, value));
  return {
    ...next,
    delta_x: bound((last.delta_x ?? 0) + (next.delta_x ?? 0)),
    delta_y: bound((last.delta_y ?? 0) + (next.delta_y ?? 0)),
  };
}
