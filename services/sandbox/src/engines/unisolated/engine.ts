import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { PassThrough, Readable } from 'node:stream';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { startProcess } from '../../execute/spawn.ts';
import type { Cage, Command, Engine, Ending, Started } from '../command-engine.ts';
import { hostPath } from './host-path.ts';

/**
 * No isolation: commands run as the user of the service, with its network and its files. Only where the operator
 * allows it. What is kept of the contract: a built environment, the time-out, and the end of the process group.
 *
 * /workspace and /input do not exist there. The cwd, and every argument that begins with one of them, is turned into
 * the host's path; the environment has HOLDFAST_WORKSPACE.
 */
export const unisolatedEngine: Engine = {
  name: 'unisolated',
  level: sandboxpb.Level.UNISOLATED,
  async version() {
    return 'no isolation: commands run as the user of the service';
  },
  async start(cage, command) {
    const cwd = hostPath(cage, command.cwd);
    if (!(await isFolder(cwd))) return failed(125, `cannot change directory to '${command.cwd}'`);
    const [program, ...args] = command.argv.map((argument) => hostPath(cage, argument));
    if (program === undefined) throw new HoldfastError('INVALID_ARGUMENT', 'There is no program in argv.');
    try {
      return await startGroup(program, args, cwd, cage, command);
    } catch (error) {
      if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
      return failed((error.cause as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126, error.message);
    }
  },
};

async function startGroup(
  program: string,
  args: readonly string[],
  cwd: string,
  cage: Cage,
  command: Command,
): Promise<Started> {
  const child = await startProcess(program, args, {
    cwd,
    env: { ...command.env, HOLDFAST_WORKSPACE: cage.workspace },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own, so that all of it can be ended at once.
    detached: true,
  });
  let over = false;
  const kill = (): void => {
    if (child.pid !== undefined && !over) killGroup(child.pid);
  };
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      // What the command left behind in the background ends with it, as in a cage.
      kill();
      over = true;
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal: signal ?? '' });
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, kill, ended };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group; macOS says EPERM when only zombies are.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** A command that could not be started, told in the same way as in a cage. */
function failed(exitCode: number, complaint: string): Started {
  return {
    stdin: new PassThrough().resume(),
    stdout: Readable.from([]),
    stderr: Readable.from([Buffer.from(`sandbox: ${complaint}\n`)]),
    kill: () => undefined,
    ended: Promise.resolve({ exitCode, signal: '' }),
  };
}
