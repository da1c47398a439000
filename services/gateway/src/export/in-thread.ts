import { Worker } from 'node:worker_threads';

import type { Language } from '@holdfast/markdown';
import { HoldfastError } from '@holdfast/protocol';

import type { RunExport } from './run-export.ts';

/** A page that is to be written. */
export interface PageOrder {
  readonly page: 'md' | 'html';
  readonly document: RunExport;
  readonly lang: Language;
}

const MEMORY_MB = 512;
const TIMEOUT_MS = 60_000;

/** Where the thread's code lies: beside this file in development, beside the bundle in production. */
function threadUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './export-worker.js', import.meta.url);
}

/**
 * Writes a page in a thread of its own: what runs write is of any length and shape, and nobody else is to wait for it.
 *
 * @throws HoldfastError TOO_LARGE where it needs more memory than there is, TIMED_OUT after a minute.
 */
export async function writePage(order: PageOrder): Promise<string> {
  const worker = new Worker(threadUrl(), {
    workerData: order,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const { promise, reject, resolve } = Promise.withResolvers<string>();
  const help = 'Nothing was lost. Export the run as JSON instead.';
  const timer = setTimeout(() => {
    reject(new HoldfastError('TIMED_OUT', `The page was not written within a minute. ${help}`));
  }, TIMEOUT_MS);
  worker.on('message', (page: string) => resolve(page));
  worker.on('error', (error: Error & { code?: string }) => {
    const tooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const message = `The page needs more than ${MEMORY_MB} MB of memory to be written. ${help}`;
    reject(tooLarge ? new HoldfastError('TOO_LARGE', message, { cause: error }) : error);
  });
  worker.on('exit', () => reject(new HoldfastError('INTERNAL', `The page was not written. ${help}`)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
