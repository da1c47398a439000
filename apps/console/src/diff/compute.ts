import { trusted } from '../app/trusted.ts';
import workerUrl from './diff.worker.ts?worker&url';
import type { DiffLine } from './lines.ts';

/** What the worker is asked. */
export interface DiffQuestion {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly context: number | undefined;
}

let worker: Worker | undefined;
let next = 0;
const waiting = new Map<number, { resolve: (lines: DiffLine[] | undefined) => void; reject: (error: Error) => void }>();

/**
 * What changed from one text to the other, worked out in a worker of its own: a hard comparison never holds the page up.
 *
 * @returns undefined where the texts are too different to be compared.
 */
export function computeDiff(before: string, after: string, context?: number): Promise<DiffLine[] | undefined> {
  worker ??= start();
  next += 1;
  const id = next;
  worker.postMessage({ id, before, after, context } satisfies DiffQuestion);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function start(): Worker {
  const started = new Worker(trusted.createScriptURL(workerUrl), { type: 'module', name: 'diff' });
  started.addEventListener('message', ({ data }: MessageEvent<{ id: number; lines: DiffLine[] | undefined }>) => {
    waiting.get(data.id)?.resolve(data.lines);
    waiting.delete(data.id);
  });
  started.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(`The diff worker failed: ${message}`));
    waiting.clear();
    worker = undefined;
  });
  return started;
}
