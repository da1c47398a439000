import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import type { FromReader, ReadDocument, ToRead } from './message.ts';

const MEMORY_MB = 1024;
const LOOK_EVERY_MS = 100;
const MB = 1024 * 1024;

/**
 * Reads and cuts a document in a thread of its own, with a bound to its time and memory: files come from anywhere, and
 * one that was made to do harm ends there with an error. Buffers are outside of the heap that V8 bounds, so the thread
 * is also looked at from here.
 *
 * @throws HoldfastError whatever the reading throws; TIMED_OUT, TOO_LARGE, CANCELED
 */
export async function readDocument(work: ToRead, timeoutMs: number, signal: AbortSignal): Promise<ReadDocument> {
  signal.throwIfAborted();
  const url = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './document-read-worker.js', import.meta.url);
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MB };
  const worker = new Worker(url, { workerData: work, env: {}, resourceLimits, stdout: true, stderr: true });
  const ended = Promise.withResolvers<ReadDocument>();
  const abort = (): void => ended.reject(HoldfastError.from(signal.reason, 'CANCELED'));
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => ended.reject(tooSlow(timeoutMs)), timeoutMs);
  const look = setInterval(() => {
    memoryOf(worker).then((bytes) => (bytes > MEMORY_MB * MB ? ended.reject(tooLarge()) : undefined), ended.reject);
  }, LOOK_EVERY_MS);
  worker.on('message', (message: FromReader) => {
    if (message.type === 'result') ended.resolve(message.value);
    else ended.reject(HoldfastError.fromBody(message.error));
  });
  worker.on('error', (error: Error & { code?: string }) => {
    ended.reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(error) : defective(error));
  });
  worker.on('exit', () => ended.reject(defective()));
  try {
    return await ended.promise;
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

async function memoryOf(worker: Worker): Promise<number> {
  try {
    const { external_memory: buffers, used_heap_size: heap } = await worker.getHeapStatistics();
    return buffers + heap;
  } catch (error) {
    // It has ended meanwhile, and has said how.
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_NOT_RUNNING') return 0;
    throw error;
  }
}

function tooSlow(timeoutMs: number): HoldfastError {
  return new HoldfastError(
    'TIMED_OUT',
    `The document could not be read within ${timeoutMs / 1000} s. Nothing was kept of it: cut it into several documents, ` +
      'or raise memory.documents.read_timeout_ms.',
  );
}

function tooLarge(cause?: unknown): HoldfastError {
  const message = `Reading the document needs more than ${MEMORY_MB} MB of memory. Nothing was kept: cut it up.`;
  return new HoldfastError('TOO_LARGE', message, { cause });
}

function defective(cause?: unknown): HoldfastError {
  const message =
    'The document is damaged, or of a kind that its reader cannot cope with. Nothing was kept: save it again.';
  return new HoldfastError('INVALID_ARGUMENT', message, { cause });
}
