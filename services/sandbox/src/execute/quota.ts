import type { Box } from '../engines/engine.ts';
import type { Ending, Started } from './started.ts';

/** How often it is looked whether the memory ran out. Milliseconds. */
const LOOK_MS = 250;

/**
 * A command that is ended, whole, when the memory of its box runs out while it runs: the kernel ends one process, which
 * the others need not notice. Its ending tells the quota.
 */
export async function withQuota(
  started: Started,
  box: Pick<Box, 'usage' | 'ended'>,
  memoryBytes: number,
): Promise<Started> {
  const before = (await box.usage()).oomKills;
  const ranOut = async (): Promise<boolean> => (await box.usage()).oomKills > before;
  let over = false;
  const look = async (): Promise<void> => {
    if (!(await ranOut())) return;
    over = true;
    started.kill();
  };
  // A box that cannot be measured is ending, which is told by its own end.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  const settle = async (ending: Ending): Promise<Ending> => {
    clearInterval(timer);
    over ||= ending.exitCode !== 0 && (await ranOut().catch(() => false));
    return over ? { ...ending, quota: { name: 'memory', notice: `${memoryNotice(memoryBytes)}\n` } } : ending;
  };
  const ended = started.ended.then(settle, async (error: unknown): Promise<Ending> => {
    clearInterval(timer);
    const { reason, quota, message } = await box.ended;
    if (reason === 'died') throw error;
    if (quota === undefined) return { exitCode: 137, signal: 'SIGKILL' };
    return { exitCode: 137, signal: 'SIGKILL', quota: { name: quota, notice: `sandbox: killed: ${message}\n` } };
  });
  ended.catch(() => undefined);
  return { ...started, ended };
}

/** What is said of a process that the kernel ended for want of memory. */
export function memoryNotice(memoryBytes: number): string {
  const mib = Math.floor(memoryBytes / 1024 / 1024);
  return `sandbox: killed: its processes held more than ${mib} MiB of memory together`;
}
