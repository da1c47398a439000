import { readdir, readFile } from 'node:fs/promises';

/** The process and all its descendants. Those that end meanwhile are left out. */
export async function processTree(root: number): Promise<number[]> {
  const found = [root];
  for (const pid of found) {
    const threads = await orGone(readdir(`/proc/${pid}/task`), []);
    for (const thread of threads) {
      const children = await orGone(readFile(`/proc/${pid}/task/${thread}/children`, 'utf8'), '');
      found.push(...children.split(' ').filter(Boolean).map(Number));
    }
  }
  return found;
}

/**
 * Memory that the processes hold together, bytes; pages that several share count once in all. Linux only.
 * The exact sum is only formed when a cheap upper bound is above `enough`; otherwise that bound is returned.
 */
export async function memoryOf(pids: readonly number[], enough: number): Promise<number> {
  const resident = await sum(pids, (pid) => kibibytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m));
  if (resident <= enough) return resident;
  return sum(pids, (pid) => kibibytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m));
}

async function kibibytes(file: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await readFile(file, 'utf8'))?.[1] ?? 0) * 1024;
}

async function sum(pids: readonly number[], measure: (pid: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (const pid of pids) total += await orGone(measure(pid), 0);
  return total;
}

async function orGone<T>(reading: Promise<T>, instead: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return instead;
    throw error;
  }
}
