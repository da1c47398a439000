import { memoryOf, processTree } from '../../host/process-tree.ts';

/** How often the memory of a cage is looked at. A command that ends sooner is never looked at. Milliseconds. */
const EVERY_MS = 250;

/**
 * Calls `kill` once the processes of a cage hold more than `limitBytes` together. The kernel's limits are per process;
 * this holds the sum without a cgroup, which an unprivileged service has not.
 */
export function watchMemory(
  limitBytes: number,
  root: Promise<number | undefined>,
  kill: () => void,
): { stop: () => void; exceeded: () => boolean } {
  let stopped = false;
  let exceeded = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const pid = await root;
    if (pid === undefined) return;
    if ((await memoryOf(await processTree(pid), limitBytes)) > limitBytes && !stopped) {
      exceeded = true;
      kill();
    } else if (!stopped) {
      schedule();
    }
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      look().catch(() => {
        // Memory that cannot be measured cannot be held: better ended than unbounded.
        exceeded = !stopped;
        kill();
      });
    }, EVERY_MS);
  };
  schedule();
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
  };
  return { stop, exceeded: () => exceeded };
}
