import { PassThrough } from 'node:stream';
import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import type { HostLink } from './link.ts';

/** Runs a trusted skill in a thread of the service: the same program, over the same two streams. */
export function openInThread(
  bundle: string,
  options: { readonly env: Readonly<Record<string, string>>; readonly memoryMb: number },
): HostLink {
  const worker = new Worker(bundle, {
    stdin: true,
    stdout: true,
    stderr: true,
    env: { ...options.env },
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
  });
  const ended = Promise.withResolvers<string>();
  let cause = '';
  worker.on('error', (error: Error & { code?: string }) => {
    cause = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'quota memory' : error.message;
  });
  const merged = new PassThrough({ objectMode: true, highWaterMark: 16 });
  let open = 2;
  for (const stream of ['stdout', 'stderr'] as const) {
    worker[stream].on('data', (bytes: Uint8Array) => {
      if (!merged.write({ stream, bytes })) {
        worker[stream].pause();
        merged.once('drain', () => worker[stream].resume());
      }
    });
    worker[stream].on('end', () => {
      open -= 1;
      if (open === 0) merged.end();
    });
  }
  worker.on('exit', (code) => {
    ended.resolve(cause === '' ? `exit code ${code}` : cause);
    // The streams of a thread that was terminated do not end by themselves.
    setImmediate(() => merged.end());
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (worker.stdin === null || worker.threadId < 0)
          reject(new HoldfastError('FAILED_PRECONDITION', 'It has ended.'));
        else worker.stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    output: merged as AsyncIterable<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }>,
    ended: ended.promise,
    async close() {
      await worker.terminate();
    },
  };
}
