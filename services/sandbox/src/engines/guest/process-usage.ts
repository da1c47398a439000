import { readFile } from 'node:fs/promises';

import type { Usage } from '../../quotas/cgroups/driver.ts';

/** Ticks of the processor times in /proc; Linux has had no other number on these processors. */
const TICKS_PER_S = 100;

/** What one process has used, for hosts without control groups: that of a machine holds everything of its guest. */
export async function processUsage(pid: number): Promise<Usage> {
  const [stat, status, io] = await Promise.all(['stat', 'status', 'io'].map((name) => read(pid, name)));
  // The name stands in brackets and may hold anything; user and system time are the 12th and 13th field after it.
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const number = (text: string | undefined, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text ?? '')?.[1] ?? 0);
  return {
    cpuUs: (ticks * 1_000_000) / TICKS_PER_S,
    memoryBytes: number(status, 'VmRSS') * 1024,
    memoryPeakBytes: number(status, 'VmHWM') * 1024,
    pids: number(status, 'Threads'),
    readBytes: number(io, 'read_bytes'),
    writtenBytes: number(io, 'write_bytes'),
    readOps: number(io, 'syscr'),
    writeOps: number(io, 'syscw'),
    throttledUs: 0,
    oomKills: 0,
  };
}

/** Empty when the process has gone. */
async function read(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
