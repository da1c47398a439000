import type { sandboxpb } from '@holdfast/protocol';

import type { SandboxConfig } from './config.ts';
import type { BoxLimits } from './engines/engine.ts';

/** The limits of one sandbox, none left open. Bytes, seconds and milliseconds as named. */
export interface SandboxLimits extends BoxLimits {
  /** Of one command. */
  readonly wallMs: number;
  /** Of one process; Infinity: not limited. */
  readonly cpuS: number;
  /** Address space of one process; only where no control group holds the memory of all together. */
  readonly addressBytes: number;
  /** The largest file that a process can write. */
  readonly fileBytes: number;
  /** Operations a second on the disk, reads and writes each. 0: not limited. */
  readonly iops: number;
  /** Of the output of one command; Infinity: not limited. */
  readonly outputBytes: number;
}

/**
 * What a sandbox asks for, with the configuration's value wherever it asks for nothing (0): where it is to last, no bound
 * of CPU seconds and of output.
 */
export function effectiveLimits(asked: sandboxpb.Limits | undefined, defaults: SandboxConfig['limits']): SandboxLimits {
  const lasting = asked?.lasting ?? false;
  return {
    wallMs: asked?.wallMs || defaults.wall_ms,
    cpuS: asked?.cpuS || (lasting ? Infinity : defaults.cpu_s),
    cpus: asked?.cpus || defaults.cpus,
    addressBytes: asked?.memoryBytes || defaults.memory_bytes,
    memoryBytes: Math.max(asked?.memoryBytes ?? 0, defaults.total_memory_bytes),
    pids: asked?.pids || defaults.pids,
    fileBytes: asked?.fileBytes || defaults.file_bytes,
    openFiles: defaults.open_files,
    tmpBytes: defaults.tmp_bytes,
    diskBytes: asked?.diskBytes || defaults.disk_bytes,
    iops: asked?.iops || defaults.iops,
    outputBytes: asked?.outputBytes || (lasting ? Infinity : defaults.output_bytes),
  };
}
