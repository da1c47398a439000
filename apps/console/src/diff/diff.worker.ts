/// <reference lib="webworker" />
import type { DiffQuestion } from './compute.ts';
import { diffLines } from './lines.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<DiffQuestion>) => {
  self.postMessage({ id: data.id, lines: diffLines(data.before, data.after, data.context) });
});
