import { readdir, readFile } from 'node:fs/promises';

import { codeOf } from '../files/file-error.ts';

/** A process, told apart from a later one of the same number by the moment when it started. */
export interface ProcessId {
  readonly pid: number;
  readonly started: string;
}

/**
 * The processes that have `marker` in their arguments or environment, and all their descendants, whoever their parent
 * is by now. Linux; elsewhere none are found.
 */
export async function treeOf(marker: string): Promise<ProcessId[]> {
  const all = (await orGone(readdir('/proc'), [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(all.map((pid) => isMarked(pid, marker)));
  const pids = await withDescendants(all.filter((_, index) => marked[index]));
  const found = await Promise.all([...pids].map(async (pid) => ({ pid, started: await startOf(pid) })));
  return found.filter(({ started }) => started !== '');
}

/** These processes, and all that descend from them. */
export async function withDescendants(roots: readonly number[]): Promise<Set<number>> {
  const pids = new Set(roots);
  // A set that grows is walked to its end.
  for (const pid of pids) for (const child of await childrenOf(pid)) pids.add(child);
  return pids;
}

/** Ends processes at once, except those that have ended. @returns how many there still were */
export async function killAll(processes: readonly ProcessId[]): Promise<number> {
  let killed = 0;
  for (const { pid, started } of processes) {
    if ((await startOf(pid)) !== started) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  }
  return killed;
}

/** When a process started. Empty for one that is not there, or has ended and only waits for its parent to notice. */
export async function startOf(pid: number): Promise<string> {
  const text = await orGone(readFile(`/proc/${pid}/stat`, 'utf8'), '');
  // The second field is a name in brackets that may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

async function isMarked(pid: number, marker: string): Promise<boolean> {
  const texts = await Promise.all(
    ['cmdline', 'environ'].map((name) => orGone(readFile(`/proc/${pid}/${name}`, 'utf8'), '')),
  );
  return texts.some((text) => text.includes(marker));
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await orGone(readdir(`/proc/${pid}/task`), []);
  const lists = await Promise.all(
    threads.map((thread) => orGone(readFile(`/proc/${pid}/task/${thread}/children`, 'utf8'), '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

async function orGone<T>(reading: Promise<T>, instead: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    // EACCES: somebody else's process.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error))) return instead;
    throw error;
  }
}
