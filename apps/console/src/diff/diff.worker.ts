/// <reference lib="webworker" />
import { diffLines } from './lines.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<{ id: number; before: string; after: string }>) => {
  self.postMessage({ id: data.id, lines: diffLines(data.before, data.after) });
});
