import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import type { WireRequest, WireResponse, WireState, WorkerSettings } from './wire.ts';
import { workerUrl } from './worker-url.ts';

/** This thread's end of an index's worker. */
export interface VectorsWorker {
  /** Throws HoldfastError: STORAGE_UNAVAILABLE, STORAGE_FULL. Requests are carried out in their order. */
  request<T>(request: WireRequest): Promise<T>;
  readonly state: WireState;
  /** Ends it; what is under way fails. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: HoldfastError) => void;
}

/** What the thread keeps for what lives shortly: left to itself it takes some twenty megabytes more. */
const YOUNG_MB = 8;

/** Starts the worker of one index. */
export function startVectorsWorker(settings: WorkerSettings): VectorsWorker {
  const worker = new Worker(workerUrl(), {
    workerData: settings,
    name: 'vectors',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const pending = new Map<number, Pending>();
  let state: WireState = { size: 0, toLink: 0, unlinked: 0 };
  let lastId = 0;
  let gone: HoldfastError | undefined;
  const lose = (cause: unknown) => {
    gone ??= new HoldfastError(
      'STORAGE_UNAVAILABLE',
      'The thread of the vector index has ended. The vectors in the database are kept. Restart Holdfast.',
      { cause },
    );
    for (const { reject } of pending.values()) reject(gone);
    pending.clear();
  };
  worker.on('error', lose);
  worker.on('exit', (code) => lose(new Error(`worker thread exited with ${code}`)));
  worker.on('message', (response: WireResponse) => {
    if ('state' in response) state = response.state;
    if (!('id' in response)) return;
    const waiting = pending.get(response.id);
    pending.delete(response.id);
    if (pending.size === 0) worker.unref();
    if ('failure' in response) waiting?.reject(new HoldfastError(response.failure.code, response.failure.message));
    else waiting?.resolve(response.value);
  });
  worker.unref();
  return {
    request<T>(request: WireRequest) {
      return new Promise<T>((resolve, reject) => {
        if (gone !== undefined) {
          reject(gone);
          return;
        }
        const id = ++lastId;
        pending.set(id, { resolve: (value) => resolve(value as T), reject });
        worker.ref();
        worker.postMessage({ id, request }, request.verb === 'put' ? [request.vectors.buffer as ArrayBuffer] : []);
      });
    },
    get state() {
      return state;
    },
    async close() {
      gone ??= new HoldfastError('STORAGE_UNAVAILABLE', 'The vector index is closed.');
      await worker.terminate();
    },
  };
}
