import { constants } from 'node:os';

import { HoldfastError } from '@holdfast/protocol';

import { Stage } from './frames.ts';

const { ENOENT, ENOTDIR, EACCES, EPERM, E2BIG, ENOEXEC } = constants.errno;

/** Why a command was not started, from the agent's error number and the stage at which it came. */
export function spawnFailure(errno: number, stage: number): HoldfastError {
  if (stage === Stage.CWD) {
    return new HoldfastError(
      'FAILED_PRECONDITION',
      `The working folder cannot be entered: ${nameOf(errno)}. Nothing was run.`,
    );
  }
  if (stage === Stage.EXEC && (errno === ENOENT || errno === ENOTDIR)) {
    return new HoldfastError('NOT_FOUND', 'There is no such program in the sandbox. Nothing was run.');
  }
  if (stage === Stage.EXEC && [EACCES, EPERM, ENOEXEC].includes(errno)) {
    return new HoldfastError('PERMISSION_DENIED', 'The program cannot be executed. Nothing was run.');
  }
  if (errno === E2BIG) {
    return new HoldfastError('TOO_LARGE', 'The arguments are larger than the kernel takes. Nothing was run.');
  }
  if (stage === Stage.USER) {
    return new HoldfastError(
      'FAILED_PRECONDITION',
      `The sandbox cannot act as this user: ${nameOf(errno)}. Nothing was run.`,
    );
  }
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    `The sandbox can start no further process: ${nameOf(errno)}. End some that run in it, or give it larger limits. Nothing was run.`,
  );
}

function nameOf(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `error ${errno}`;
}
