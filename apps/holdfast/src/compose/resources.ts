import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { ResourceSample } from '@holdfast/agent';

const NANOSECONDS_PER_MS = 1e6;
const RESOLUTION_MS = 20;

/** Measures what this process uses, each time from the sample before on. */
export interface ResourceSampler {
  sample(): Promise<ResourceSample>;
  /** Stops watching the event loop. */
  close(): void;
}

/** @param monotonic milliseconds that never go back */
export function createResourceSampler(dataDir: string, monotonic: () => number): ResourceSampler {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = { at: monotonic(), cpu: process.cpuUsage() };
  return {
    async sample() {
      const now = { at: monotonic(), cpu: process.cpuUsage() };
      const usedMs = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1000;
      const cpuFraction = now.at > before.at ? usedMs / (now.at - before.at) : 0;
      before = now;
      // The histogram holds the time from tick to tick; what is above the interval is delay.
      const late = delay.count === 0 ? 0 : delay.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS;
      delay.reset();
      const { bavail, bsize } = await statfs(dataDir);
      return {
        rssBytes: process.memoryUsage.rss(),
        cpuFraction,
        eventLoopDelayMs: Math.max(0, late),
        diskFreeBytes: bavail * bsize,
      };
    },
    close: () => void delay.disable(),
  };
}
