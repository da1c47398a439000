import { readFile } from 'node:fs/promises';

import { processTree } from '../../host/process-tree.ts';

/** The first process of a pid namespace among a launcher and its descendants; undefined where there is none. */
export async function firstProcessBelow(launcher: number): Promise<number | undefined> {
  for (const pid of await processTree(launcher)) {
    if (isFirst(await statusOf(pid))) return pid;
  }
  return undefined;
}

/** Whether it is number 1 in a namespace below the one that we look from, by its /proc/<pid>/status. */
export function isFirst(status: string): boolean {
  const numbers = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return numbers.length > 1 && numbers.at(-1) === '1';
}

/** Empty when the process has gone. */
async function statusOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
