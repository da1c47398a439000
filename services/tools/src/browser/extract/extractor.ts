import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import type { Extracted, ExtractRequest, FromExtractThread } from './message.ts';

/** Makes Markdown of pages, in a thread that it keeps for the next one. */
export interface Extractor {
  /**
   * @throws HoldfastError TOO_LARGE for a page that needs more memory than there is; TIMED_OUT; TOOL_FAILED; the reason of
   *   `signal`. The thread is ended in each of these cases but TOOL_FAILED, and the next page gets a new one.
   */
  extract(request: ExtractRequest, signal: AbortSignal): Promise<Extracted>;
  /** Ends the thread. What waits is given up. */
  close(): Promise<void>;
}

/** What an extractor takes from the outside. */
export interface ExtractorOptions {
  /** For one page, milliseconds. */
  readonly timeoutMs?: number;
  /** Of the thread. */
  readonly memoryMb?: number;
  /** So long a thread waits for the next page, milliseconds. */
  readonly idleMs?: number;
}

const TIMEOUT_MS = 60_000;
const MEMORY_MB = 768;
const IDLE_MS = 60_000;

/** Where the thread's code lies: beside this file in development, beside the bundle in production. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './page-extract-worker.js', import.meta.url);
}

/** An extractor with one thread, which is started when it is first needed. Pages wait for each other. */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const { timeoutMs = TIMEOUT_MS, memoryMb = MEMORY_MB, idleMs = IDLE_MS } = options;
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let before: Promise<unknown> = Promise.resolve();
  let closed = false;
  let id = 0;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(workerUrl(), { env: {}, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    started.unref();
    // One that dies while nobody waits for it is replaced.
    started.on('error', () => undefined);
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };

  const one = async (request: ExtractRequest, signal: AbortSignal): Promise<Extracted> => {
    signal.throwIfAborted();
    if (closed) throw new HoldfastError('CANCELED', 'The browser service is closing. The page was not read.');
    clearTimeout(idle);
    worker ??= start();
    id += 1;
    try {
      return await askOf(worker, id, { request, signal, timeoutMs, memoryMb });
    } catch (error) {
      if (!HoldfastError.has(error, 'TOOL_FAILED')) await end();
      throw error;
    } finally {
      idle = setTimeout(() => void end(), idleMs);
      idle.unref();
    }
  };

  return {
    extract(request, signal) {
      const result = before.then(() => one(request, signal));
      before = result.catch(() => undefined);
      return result;
    },
    async close() {
      closed = true;
      await end();
    },
  };
}

interface Ask {
  readonly request: ExtractRequest;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

async function askOf(worker: Worker, id: number, { request, signal, timeoutMs, memoryMb }: Ask): Promise<Extracted> {
  const ended = Promise.withResolvers<Extracted>();
  const aborted = (): void => ended.reject(signal.reason);
  const answered = (answer: FromExtractThread): void => {
    if (answer.id !== id) return;
    if (answer.ok) ended.resolve(answer.value);
    else ended.reject(HoldfastError.fromBody(answer.error));
  };
  const failed = (error: Error & { code?: string }): void => {
    const message = `The page needs more than ${memoryMb} MB of memory to be made Markdown. browser_snapshot shows a part of it.`;
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    ended.reject(outOfMemory ? new HoldfastError('TOO_LARGE', message, { cause: error }) : error);
  };
  const exited = (): void => ended.reject(new HoldfastError('CANCELED', 'Reading the page was given up.'));
  const timer = setTimeout(() => {
    const message = `Making Markdown of the page took longer than ${timeoutMs} ms and was ended. browser_snapshot shows a part of it.`;
    ended.reject(new HoldfastError('TIMED_OUT', message));
  }, timeoutMs);
  signal.addEventListener('abort', aborted, { once: true });
  worker.on('message', answered).once('error', failed).once('exit', exited);
  try {
    worker.postMessage({ id, request });
    return await ended.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', aborted);
    worker.off('message', answered).off('error', failed).off('exit', exited);
  }
}
