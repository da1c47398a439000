import { trusted } from '../app/trusted.ts';
import type { Edge, Point } from './layout.ts';
import workerUrl from './layout.worker.ts?worker&url';

/** What the worker is asked. */
export interface LayoutQuestion {
  readonly id: number;
  readonly count: number;
  readonly edges: readonly Edge[];
}

let worker: Worker | undefined;
let next = 0;
const waiting = new Map<number, { resolve: (points: Point[]) => void; reject: (error: Error) => void }>();

/**
 * Places the nodes of a graph in a worker: hundreds of them never hold the page up.
 *
 * @throws Error where the worker fails.
 */
export function computeLayout(count: number, edges: readonly Edge[]): Promise<Point[]> {
  worker ??= start();
  next += 1;
  const id = next;
  worker.postMessage({ id, count, edges } satisfies LayoutQuestion);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function start(): Worker {
  const started = new Worker(trusted.createScriptURL(workerUrl), { type: 'module', name: 'layout' });
  started.addEventListener('message', ({ data }: MessageEvent<{ id: number; points: Point[] }>) => {
    waiting.get(data.id)?.resolve(data.points);
    waiting.delete(data.id);
  });
  started.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(`The layout worker failed: ${message}`));
    waiting.clear();
    worker = undefined;
  });
  return started;
}
