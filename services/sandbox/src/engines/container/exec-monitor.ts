import { readFile } from 'node:fs/promises';

import { processTree } from '../../host/process-tree.ts';

const MONITOR = 'conmon';

/**
 * Podman's process that watches one program which was started in a container, by that program's pid on the host;
 * undefined where there is none, as with Docker.
 */
export async function monitorOf(pid: number): Promise<number | undefined> {
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(await readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0);
  return parent > 1 && (await isMonitor(parent)) ? parent : undefined;
}

/** Ends it: it would stay for five minutes after its program, for whoever still asks how that had ended. */
export async function endMonitor(pid: number): Promise<void> {
  if (!(await isMonitor(pid))) return;
  for (const one of await processTree(pid)) {
    try {
      process.kill(one, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function isMonitor(pid: number): Promise<boolean> {
  return (await readOrEmpty(`/proc/${pid}/comm`)).trim() === MONITOR;
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
