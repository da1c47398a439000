/// <reference lib="webworker" />
import type { LayoutQuestion } from './compute-layout.ts';
import { layoutOf } from './layout.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<LayoutQuestion>) => {
  self.postMessage({ id: data.id, points: layoutOf(data.count, data.edges) });
});
