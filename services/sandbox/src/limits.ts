import type { sandboxpb } from '@holdfast/protocol';

import type { SandboxConfig } from './config.ts';

/** The limits of one sandbox, none left open. Bytes, seconds and milliseconds as named. */
export interface CageLimits {
  readonly wallMs: number;
  readonly cpuS: number;
  readonly memoryBytes: number;
  readonly totalMemoryBytes: number;
  readonly pids: number;
  readonly fileBytes: number;
  readonly openFiles: number;
  readonly tmpBytes: number;
}

/** What a sandbox asks for, with the configuration's value wherever it asks for nothing (0). */
export function effectiveLimits(asked: sandboxpb.Limits | undefined, defaults: SandboxConfig['limits']): CageLimits {
  return {
    wallMs: asked?.wallMs || defaults.wall_ms,
    cpuS: asked?.cpuS || defaults.cpu_s,
    memoryBytes: asked?.memoryBytes || defaults.memory_bytes,
    totalMemoryBytes: Math.max(asked?.memoryBytes ?? 0, defaults.total_memory_bytes),
    pids: asked?.pids || defaults.pids,
    fileBytes: asked?.fileBytes || defaults.file_bytes,
    openFiles: defaults.open_files,
    tmpBytes: defaults.tmp_bytes,
  };
}
