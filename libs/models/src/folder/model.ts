import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import { runtimeFolder } from './runtime.ts';
import type { FolderTask, ThreadMessage, ThreadRequest, ThreadStart } from './wire.ts';

/** The heap of the thread; the model itself lies outside of it. */
const MEMORY_MB = 2048;

/** A model in a local folder, which runs in a thread of its own: nobody else waits for it. */
export interface FolderModel {
  /** Numbers in a row: dimensions of a vector, or labels. */
  readonly width: number;
  /** Changes whenever the numbers would. */
  readonly fingerprint: string;
  /**
   * Runs texts through the model, each beside the query where there is one.
   *
   * @returns a row for each text, one after the other
   * @throws HoldfastError MODEL_MALFORMED where the model fails, MODEL_UNAVAILABLE where its thread has ended, CANCELED.
   */
  run(texts: readonly string[], query: string | undefined, signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Which model is opened, and what for. */
export interface FolderModelOptions {
  readonly folder: string;
  readonly task: FolderTask;
  /** Tokens of a text that are read at most. */
  readonly maxTokens: number;
}

/** Where the thread's code lies: beside this file in development, beside the bundle in production. */
function threadUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './model-worker.js', import.meta.url);
}

/**
 * Loads a model. No network is used.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE where the runtime is not installed, CONFIG_INVALID where the folder holds no
 *   model that can be used, CANCELED.
 */
export async function openFolderModel(options: FolderModelOptions, signal?: AbortSignal): Promise<FolderModel> {
  const data: ThreadStart = { runtime: runtimeFolder(), ...options };
  if (signal?.aborted) throw canceled(signal.reason);
  const worker = new Worker(threadUrl(), {
    workerData: data,
    env: {},
    name: 'model',
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const pending = new Map<number, PromiseWithResolvers<Float32Array>>();
  const opened = Promise.withResolvers<{ width: number; fingerprint: string }>();
  let gone: HoldfastError | undefined;
  let lastId = 0;

  const lose = (cause: unknown) => {
    gone ??= new HoldfastError(
      'MODEL_UNAVAILABLE',
      `The thread of the model in ${options.folder} has ended. Nothing was changed. Restart Holdfast.`,
      { cause },
    );
    opened.reject(gone);
    for (const { reject } of pending.values()) reject(gone);
    pending.clear();
  };
  worker.on('error', lose);
  worker.on('exit', (code) => lose(new Error(`The thread exited with ${code}.`)));
  worker.on('message', (message: ThreadMessage) => {
    switch (message.type) {
      case 'open':
        opened.resolve(message);
        return;
      case 'failed':
        opened.reject(HoldfastError.fromBody(message.error));
        return;
      case 'done':
        pending.get(message.id)?.resolve(message.rows);
        return;
      case 'error':
        pending.get(message.id)?.reject(HoldfastError.fromBody(message.error));
    }
  });

  const end = async () => {
    gone ??= new HoldfastError('MODEL_UNAVAILABLE', `The model in ${options.folder} is closed.`);
    await worker.terminate();
  };
  const abort = () => opened.reject(canceled(signal?.reason));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { width, fingerprint } = await opened.promise;
    return { width, fingerprint, run, close: end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }

  async function run(texts: readonly string[], query: string | undefined, stop?: AbortSignal): Promise<Float32Array> {
    if (gone) throw gone;
    if (stop?.aborted) throw canceled(stop.reason);
    const id = ++lastId;
    const waiting = Promise.withResolvers<Float32Array>();
    const cancel = () => {
      send({ id, type: 'cancel' });
      waiting.reject(canceled(stop?.reason));
    };
    pending.set(id, waiting);
    stop?.addEventListener('abort', cancel, { once: true });
    try {
      send({ id, type: 'run', texts, query });
      return await waiting.promise;
    } finally {
      stop?.removeEventListener('abort', cancel);
      pending.delete(id);
    }
  }

  function send(request: ThreadRequest): void {
    worker.postMessage(request);
  }
}

function canceled(cause: unknown): HoldfastError {
  return new HoldfastError('CANCELED', 'The model was cancelled before it had an answer.', { cause });
}
