import { Worker } from 'node:worker_threads';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { ToolContext } from '../tool.ts';
import type { FromWorker, ToWorker } from './message.ts';

const MEMORY_MB = 768;

/**
 * Does heavy work over a run's files in a thread of its own, so that the event loop of the service stays free. Aborting
 * the call ends the thread at once, and its memory is bounded.
 *
 * @throws HoldfastError whatever the work throws; TOO_LARGE where it needs more memory than there is.
 */
export async function runInWorker(url: URL, args: JsonObject, context: ToolContext): Promise<JsonObject> {
  context.signal.throwIfAborted();
  const { workspace, inputs, signal } = context;
  const data: ToWorker = { args, workspace, inputs: [...inputs] };
  const worker = new Worker(url, { workerData: data, env: {}, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
  const ended = Promise.withResolvers<JsonObject>();
  const abort = (): void => ended.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let telling = false;
  const tell = async (fraction: number, message: string): Promise<void> => {
    // A slow reader misses some progress; it never holds the work back.
    if (telling) return;
    telling = true;
    await context.emit({ type: 'progress', fraction, message });
    telling = false;
  };
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'progress') tell(message.fraction, message.message).catch(ended.reject);
    else if (message.type === 'result') ended.resolve(message.value);
    else ended.reject(HoldfastError.fromBody(message.error));
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const message = `It needs more than ${MEMORY_MB} MB of memory. Give a smaller part of the data.`;
    ended.reject(outOfMemory ? new HoldfastError('TOO_LARGE', message, { cause: error }) : error);
  });
  worker.on('exit', () => ended.reject(new HoldfastError('TOOL_FAILED', 'The worker ended without a result.')));
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
