import { processTree } from '../../host/process-tree.ts';

/** How often the tree is looked at for what was born meanwhile, before it counts as standing still. */
const LOOKS = 50;

/** Stops a process and all below it, without a control group: looks again until nothing new is found. */
export async function freezeTree(root: number): Promise<void> {
  let known = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    const tree = await processTree(root);
    if (tree.length === known) return;
    known = tree.length;
    for (const pid of tree) send(pid, 'SIGSTOP');
  }
}

/** Lets them go on. */
export async function thawTree(root: number): Promise<void> {
  for (const pid of await processTree(root)) send(pid, 'SIGCONT');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
