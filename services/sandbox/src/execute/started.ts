import { PassThrough, Readable, type Writable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { Agent, SpawnInit } from '../agent/agent.ts';
import type { QuotaName } from '../quotas/watch.ts';

/** How a command ended. `signal` is empty where it exited by itself. */
export interface Ending {
  /** 128 + signal where a signal ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | '';
  /** The quota that the platform or the kernel ended it for, with a line for stderr. */
  readonly quota?: { readonly name: QuotaName; readonly notice: string };
}

/** A command that has been started. */
export interface Started {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Ends everything that the command started, not only itself. May be called at any time, and again. */
  kill(): void;
  /** Resolves when nothing of the command is left. Rejects with UNAVAILABLE when the sandbox ended under it. */
  readonly ended: Promise<Ending>;
}

/**
 * Starts a command. As with env(1), and with one line on stderr, the exit code is 125 when there is no such cwd, 126
 * when the program cannot be executed, 127 when there is none of that name.
 * Throws TOO_LARGE, LIMIT_EXCEEDED or UNAVAILABLE as the agent does.
 */
export async function startCommand(agent: Pick<Agent, 'spawn'>, init: SpawnInit): Promise<Started> {
  try {
    const child = await agent.spawn(init);
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      kill: () => child.kill(),
      ended: child.exited,
    };
  } catch (error) {
    const [program] = init.argv;
    if (HoldfastError.has(error, 'NOT_FOUND')) return failed(127, `${program}: No such file or directory`);
    if (HoldfastError.has(error, 'PERMISSION_DENIED'))
      return failed(126, `${program}: Permission denied, or not a program`);
    if (HoldfastError.has(error, 'FAILED_PRECONDITION')) return failed(125, `cannot change directory to '${init.cwd}'`);
    throw error;
  }
}

function failed(exitCode: number, line: string): Started {
  return {
    stdin: new PassThrough().resume(),
    stdout: Readable.from([]),
    stderr: Readable.from([Buffer.from(`sandbox: ${line}\n`)]),
    kill: () => undefined,
    ended: Promise.resolve({ exitCode, signal: '' }),
  };
}
