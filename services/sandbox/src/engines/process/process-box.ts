import type { ChildProcess } from 'node:child_process';

import type { Agent } from '../../agent/agent.ts';
import { memoryOf, processTree } from '../../host/process-tree.ts';
import type { Cgroup, Usage } from '../../quotas/cgroups/driver.ts';
import { setKernel } from '../../quotas/cgroups/files.ts';
import type { Box, BoxEnding } from '../engine.ts';
import { saveFiles } from '../saved-files.ts';
import { freezeTree, thawTree } from './freeze-tree.ts';
import { untilGone } from './until-gone.ts';

/** What a box of level process is, on the host. */
export interface ProcessBoxParts {
  readonly agent: Agent;
  /** What was started: the launcher, or the agent itself. */
  readonly child: ChildProcess;
  /** The host's number of the box's first process, with which all others end. */
  readonly firstProcess: number;
  readonly cgroup?: Cgroup;
  /** Asks it to end; by default it is killed. Where its end is not the end of all, it has to do that itself. */
  readonly hangUp?: () => void;
}

/** A box whose first process is known on the host: the end of that is the end of all. */
export function processBox({ agent, child, firstProcess, cgroup, hangUp }: ProcessBoxParts): Box {
  let destroyed = false;
  let isGone = false;
  const exited = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  const ended = (async (): Promise<BoxEnding> => {
    await agent.closed;
    // Whoever killed the agent has not necessarily ended what is frozen or being born.
    if (!hangUp) kill(firstProcess);
    await cgroup?.kill();
    await untilGone(firstProcess);
    await exited;
    isGone = true;
    if (destroyed) return { reason: 'destroyed', message: 'The sandbox was ended.' };
    return { reason: 'died', message: 'The first process of the sandbox has ended, and with it everything in it.' };
  })();
  // Who destroys the box, or asks for it, is told.
  ended.catch(() => undefined);
  return {
    agent,
    ended,
    usage: () => (cgroup ? cgroup.usage() : usageOfTree(firstProcess)),
    pause: () => (cgroup ? cgroup.freeze() : freezeTree(firstProcess)),
    resume: () => (cgroup ? cgroup.thaw() : thawTree(firstProcess)),
    snapshot: (folder) => saveFiles(agent, folder),
    async destroy() {
      // Its number may be another process's by now.
      if (isGone) return;
      destroyed = true;
      if (hangUp) hangUp();
      else kill(firstProcess);
      // What is frozen dies by its control group only: on v1 a signal waits for the thaw.
      await cgroup?.kill();
      await ended;
    },
  };
}

/** Memory runs out for what the agent started before it does for the agent. Without the right to say so, it is as it is. */
export function spareAgent(firstProcess: number): void {
  try {
    setKernel(`/proc/${firstProcess}/oom_score_adj`, '-900');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT' && code !== 'ESRCH') throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function usageOfTree(pid: number): Promise<Usage> {
  const tree = await processTree(pid);
  const memoryBytes = await memoryOf(tree, Number.POSITIVE_INFINITY);
  return {
    cpuUs: 0,
    memoryBytes,
    memoryPeakBytes: memoryBytes,
    pids: tree.length,
    readBytes: 0,
    writtenBytes: 0,
    readOps: 0,
    writeOps: 0,
    throttledUs: 0,
    oomKills: 0,
  };
}
