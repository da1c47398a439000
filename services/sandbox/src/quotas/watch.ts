import { HoldfastError } from '@holdfast/protocol';

import type { Usage } from './cgroups/driver.ts';
import { formatBytes, formatSeconds } from './format.ts';

/** What a sandbox can be ended for. `iops` and `pids` are only held, `output` and `egress` are counted elsewhere. */
export type QuotaName = 'memory' | 'cpu' | 'pids' | 'disk' | 'iops' | 'wall' | 'output' | 'egress';

/** The quotas that are looked at here. What is left out is not bounded. */
export interface WatchedQuotas {
  /** For the message only: the kernel holds it, and its kills are what is looked for. */
  readonly memoryBytes?: number;
  /** CPU time of all processes together, seconds. */
  readonly cpuS?: number;
  readonly wallMs?: number;
  readonly diskBytes?: number;
}

/** One look at a sandbox. */
export interface UsageSample extends Usage {
  /** By the clock that was given, milliseconds since watching began. */
  readonly elapsedMs: number;
  /** What its writable folders held when they were last measured, where a disk is watched. */
  readonly diskBytes?: number;
}

/** A sandbox under watch, and who is told. */
export interface Watched {
  /** How often it is looked at, milliseconds. The end of the wall time is looked at when it comes. */
  readonly everyMs: number;
  readonly quotas: WatchedQuotas;
  usage(): Promise<Usage>;
  /** Bytes in its writable folders. */
  readonly disk?: () => Promise<number>;
  /** Milliseconds. It may stand still while the sandbox is paused; then so does the wall time. */
  now(): number;
  /** Calls once, after that many milliseconds; what it returns takes that back. */
  schedule(call: () => void, afterMs: number): () => void;
  publish(sample: UsageSample): void;
  /** A quota is exceeded. Called at most once, and watching has ended. The message is for the user. */
  over(quota: QuotaName, message: string): void;
  /** It can be measured no longer, and watching has ended. What cannot be measured cannot be held: end it. */
  lost(error: HoldfastError): void;
}

/** Looks at a sandbox again and again, until it is stopped or a quota is exceeded. */
export function watchQuotas(watched: Watched): { stop(): void } {
  const { quotas, everyMs } = watched;
  const startedAt = watched.now();
  let isWatching = true;
  let isMeasuringDisk = false;
  let diskBytes: number | undefined;
  let cancel: () => void;

  const lost = (error: unknown): void => {
    if (!isWatching) return;
    isWatching = false;
    cancel();
    watched.lost(HoldfastError.from(error, 'UNAVAILABLE', 'The use of the sandbox can be measured no longer.'));
  };

  /** Beside the looks: a full folder may take long to measure, and everything else is looked at meanwhile. */
  const measureDisk = async (disk: () => Promise<number>): Promise<void> => {
    if (isMeasuringDisk) return;
    isMeasuringDisk = true;
    diskBytes = await disk();
    isMeasuringDisk = false;
  };

  const look = async (): Promise<void> => {
    if (watched.disk) measureDisk(watched.disk).catch(lost);
    const usage = await watched.usage();
    if (!isWatching) return;
    const elapsedMs = watched.now() - startedAt;
    const sample = { ...usage, elapsedMs, ...(diskBytes === undefined ? {} : { diskBytes }) };
    watched.publish(sample);
    const exceeded = exceededQuota(sample, quotas);
    if (!exceeded) return plan();
    isWatching = false;
    watched.over(exceeded.quota, exceeded.message);
  };

  const plan = (): void => {
    const leftMs = (quotas.wallMs ?? Infinity) - (watched.now() - startedAt);
    cancel = watched.schedule(() => void look().catch(lost), Math.max(0, Math.min(everyMs, leftMs)));
  };

  plan();
  return {
    stop() {
      isWatching = false;
      cancel();
    },
  };
}

/** The first quota that a sample is over, with a sentence: which quota, the limit, what was seen. */
export function exceededQuota(
  sample: UsageSample,
  { memoryBytes, cpuS, wallMs, diskBytes }: WatchedQuotas,
): { quota: QuotaName; message: string } | undefined {
  if (sample.oomKills > 0) {
    const limit = memoryBytes === undefined ? '' : ` of ${formatBytes(memoryBytes)}`;
    const processes = sample.oomKills === 1 ? '1 process' : `${sample.oomKills} processes`;
    return {
      quota: 'memory',
      message: `The sandbox used up its memory quota${limit}: the kernel killed ${processes}, the peak was ${formatBytes(sample.memoryPeakBytes)}.`,
    };
  }
  if (diskBytes !== undefined && sample.diskBytes !== undefined && sample.diskBytes > diskBytes) {
    return {
      quota: 'disk',
      message: `The sandbox is over its disk quota of ${formatBytes(diskBytes)}: its folders hold ${formatBytes(sample.diskBytes)}.`,
    };
  }
  if (cpuS !== undefined && sample.cpuUs > cpuS * 1_000_000) {
    return {
      quota: 'cpu',
      message: `The sandbox used up its quota of ${formatSeconds(cpuS)} of CPU time: ${formatSeconds(sample.cpuUs / 1_000_000)} were used.`,
    };
  }
  if (wallMs !== undefined && sample.elapsedMs >= wallMs) {
    return {
      quota: 'wall',
      message: `The sandbox reached the end of its ${formatSeconds(wallMs / 1000)} of wall time after ${formatSeconds(sample.elapsedMs / 1000)}.`,
    };
  }
  return undefined;
}
