import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { CdpMessage } from './message.ts';

/** Told of an event: its method, its parameters, and the inner session that it came from (empty: this one itself). */
export type CdpListener = (method: string, params: JsonObject, sessionId: string) => void;

/** A connection to the browser of our own, beside those of the engines. */
export interface CdpSession {
  /**
   * @param sessionId an inner session; left out: the browser itself
   * @throws HoldfastError UNAVAILABLE where the browser has ended, or FAILED_PRECONDITION with what it refuses.
   */
  send(method: string, params?: JsonObject, sessionId?: string): Promise<JsonObject>;
  on(listener: CdpListener): () => void;
  close(): void;
}

interface Waiting {
  readonly method: string;
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: HoldfastError) => void;
}

/** Answers and events for one {@link CdpSession}. */
export class SessionEnd implements CdpSession {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<CdpListener>();
  readonly #out: (message: CdpMessage) => void;
  readonly #leave: () => void;
  #id = 0;
  #over: string | undefined;

  constructor(out: (message: CdpMessage) => void, leave: () => void) {
    this.#out = out;
    this.#leave = leave;
  }

  send(method: string, params: JsonObject = {}, sessionId?: string): Promise<JsonObject> {
    if (this.#over !== undefined) return Promise.reject(gone(this.#over));
    const id = (this.#id += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#out({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });
    });
  }

  on(listener: CdpListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#over !== undefined) return;
    this.end('this connection was closed');
    this.#leave();
  }

  /** Takes a message that is meant for it. */
  receive(message: CdpMessage): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners) {
        listener(message.method ?? '', message.params ?? {}, message.sessionId ?? '');
      }
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (!waiting) return;
    if (message.error) {
      const text = `The browser refuses ${waiting.method}: ${message.error.message}.`;
      waiting.reject(new HoldfastError('FAILED_PRECONDITION', text));
    } else {
      waiting.resolve(message.result ?? {});
    }
  }

  /** Nothing comes any more. */
  end(reason: string): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    for (const { reject } of this.#waiting.values()) reject(gone(reason));
    this.#waiting.clear();
  }
}

function gone(reason: string): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `The browser does not answer any more: ${reason}. Files that were saved are kept. Navigate again.`,
  );
}
