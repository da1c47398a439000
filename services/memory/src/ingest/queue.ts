import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';

import type { DocumentKey } from './table.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 60_000;

/** Does the work on one document, as far as there is any. */
export type Work = (key: DocumentKey, signal: AbortSignal) => Promise<void>;

/** Documents that are worked on, a few at a time; each one by one job at a time. What fails is tried again later. */
export class Queue {
  readonly #work: Work;
  readonly #concurrency: number;
  readonly #logger: Logger;
  readonly #waiting = new Map<string, DocumentKey>();
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  readonly #retries = new Map<string, { readonly timer: NodeJS.Timeout; readonly delay: number }>();
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(work: Work, concurrency: number, logger: Logger) {
    this.#work = work;
    this.#concurrency = concurrency;
    this.#logger = logger;
  }

  /** Has this document worked on; what runs for it now is done first. */
  add(key: DocumentKey): void {
    if (this.#closed) return;
    this.#waiting.set(nameOf(key), key);
    this.#pump();
  }

  /** Ends what runs for a document, and forgets it. */
  async stop(key: DocumentKey): Promise<void> {
    const name = nameOf(key);
    this.#waiting.delete(name);
    this.#dropRetry(name);
    const running = this.#running.get(name);
    running?.stop.abort(new HoldfastError('CANCELED', 'The document was removed meanwhile.'));
    await running?.ended;
  }

  /** When nothing waits or runs, not counting what is to be tried again later. */
  async settled(): Promise<void> {
    if (this.#waiting.size + this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Ends everything between two steps. What is not done is taken up by the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    for (const name of this.#retries.keys()) this.#dropRetry(name);
    for (const { stop } of this.#running.values())
      stop.abort(new HoldfastError('CANCELED', 'The service is stopping.'));
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #pump(): void {
    for (const [name, key] of this.#waiting) {
      if (this.#running.size >= this.#concurrency) break;
      if (this.#running.has(name)) continue;
      this.#waiting.delete(name);
      const stop = new AbortController();
      this.#running.set(name, { stop, ended: this.#run(name, key, stop.signal) });
    }
    if (this.#waiting.size + this.#running.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run(name: string, key: DocumentKey, signal: AbortSignal): Promise<void> {
    // Not before it is entered as running.
    await Promise.resolve();
    try {
      await this.#work(key, signal);
      this.#dropRetry(name);
    } catch (error) {
      if (!signal.aborted) this.#retry(name, key, error);
    } finally {
      this.#running.delete(name);
      this.#pump();
    }
  }

  #retry(name: string, key: DocumentKey, error: unknown): void {
    if (this.#closed) return;
    const delay = Math.min(MAX_RETRY_MS, (this.#retries.get(name)?.delay ?? FIRST_RETRY_MS / 2) * 2);
    const timer = setTimeout(() => this.add(key), delay);
    timer.unref();
    clearTimeout(this.#retries.get(name)?.timer);
    this.#retries.set(name, { timer, delay });
    this.#logger.warn({ err: error, document_id: key.id, delay_ms: delay }, 'Reading a document will be tried again.');
  }

  #dropRetry(name: string): void {
    clearTimeout(this.#retries.get(name)?.timer);
    this.#retries.delete(name);
  }
}

function nameOf({ tenant, id }: DocumentKey): string {
  return JSON.stringify([tenant, id]);
}
