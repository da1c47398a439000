import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { afterAll, describe, expect, it } from 'vitest';

import { runtimeFolder } from './runtime.ts';
import { missingRuntime } from './testing/missing-runtime.ts';
import { temporaryFolders } from './testing/temporary.ts';
import { writeTinyEmbedder } from './testing/tiny-model.ts';
import type { ThreadRequest, ThreadStart } from './wire.ts';

const folders = temporaryFolders();
afterAll(folders.remove);
const missing = missingRuntime();

async function opened(): Promise<{ worker: Worker; say: (request: ThreadRequest) => void }> {
  const folder = folders.make();
  writeTinyEmbedder(folder);
  const workerData: ThreadStart = { runtime: runtimeFolder(), folder, task: 'embed', maxTokens: 512 };
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
  const [message] = await once(worker, 'message');
  expect(message).toMatchObject({ type: 'open', width: 16 });
  return { worker, say: (request) => worker.postMessage(request) };
}

describe('ME-2 thread of a model', () => {
  it('stops work that was cancelled, and does what comes after', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const { worker, say } = await opened();
    const answers: unknown[] = [];
    worker.on('message', (message: { id: number; rows: Float32Array }) =>
      answers.push([message.id, message.rows.length]),
    );
    const texts = Array.from({ length: 5000 }, (_, n) => `the red bicycle ${n} `.repeat(4));
    say({ id: 1, type: 'run', texts, query: undefined });
    say({ id: 1, type: 'cancel' });
    say({ id: 2, type: 'run', texts: ['a', 'b'], query: undefined });
    say({ id: 3, type: 'run', texts: [], query: undefined });
    while (answers.length < 3) await once(worker, 'message');
    expect(answers).toEqual([
      [1, 0],
      [2, 32],
      [3, 0],
    ]);
    await worker.terminate();
  });
});
