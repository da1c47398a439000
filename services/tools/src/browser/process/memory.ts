import { readFile } from 'node:fs/promises';

import { codeOf } from '../../files/file-error.ts';
import { withDescendants } from '../process-tree.ts';

const PAGE_BYTES = 4096;
const KIB = 1024;

/**
 * The memory of a process and all that descend from it, bytes by process: its share of shared pages counts (PSS), where
 * the kernel lets us ask; otherwise what it shares with nobody.
 */
export async function memoryOfTree(pid: number): Promise<ReadonlyMap<number, number>> {
  const pids = [...(await withDescendants([pid]))];
  const found = await Promise.all(pids.map(async (one) => [one, await memoryOf(one)] as const));
  return new Map(found);
}

async function memoryOf(pid: number): Promise<number> {
  const rollup = await readOrGone(`/proc/${pid}/smaps_rollup`);
  const pss = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? '')?.[1];
  if (pss !== undefined) return Number(pss) * KIB;
  const [, resident = 0, shared = 0] = ((await readOrGone(`/proc/${pid}/statm`)) ?? '').split(' ').map(Number);
  return (resident - shared) * PAGE_BYTES;
}

async function readOrGone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error))) return undefined;
    throw error;
  }
}
