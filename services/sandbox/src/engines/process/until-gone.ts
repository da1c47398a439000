import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until the first process of a pid namespace has ended. The kernel lets it end only after every other process
 * of the namespace has, so that afterwards nothing of the cage is left. It has been killed when this is called.
 */
export async function untilGone(pid: number): Promise<void> {
  const first = await processOf(pid);
  for (let now = first; now !== undefined && now.startTime === first?.startTime; now = await processOf(pid)) {
    if (now.state === 'Z' || now.state === 'X') return;
    await sleep(1);
  }
}

async function processOf(pid: number): Promise<{ state: string; startTime: string } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold anything, brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
