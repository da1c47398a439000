import { type ChildProcessWithoutNullStreams, spawn, type SpawnOptions } from 'node:child_process';

import { HoldfastError } from '@holdfast/protocol';

/**
 * Starts a process whose three standard streams are pipes.
 *
 * Throws NOT_FOUND when there is no such file or it cannot be executed, TOO_LARGE when the arguments are more than
 * the kernel takes, UNAVAILABLE when the host has no processes or descriptors left. In each case nothing was run.
 */
export function startProcess(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcessWithoutNullStreams> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => reject(refusal(file, error as NodeJS.ErrnoException));
    try {
      const child = spawn(file, args, options);
      child.once('error', refuse);
      child.once('spawn', () => resolve(child as ChildProcessWithoutNullStreams));
    } catch (error) {
      refuse(error);
    }
  });
}

function refusal(file: string, error: NodeJS.ErrnoException): HoldfastError {
  const options = { cause: error };
  switch (error.code ?? '') {
    case 'ENOENT':
      return new HoldfastError('NOT_FOUND', `${file}: No such file or directory`, options);
    case 'EACCES':
    case 'ENOEXEC':
      return new HoldfastError('NOT_FOUND', `${file}: Permission denied, or not a program`, options);
    case 'E2BIG':
      return new HoldfastError(
        'TOO_LARGE',
        'The arguments are larger than the kernel takes; nothing was run. Put them into a file of the workspace, or ' +
          'onto stdin.',
        options,
      );
    default:
      return new HoldfastError(
        'UNAVAILABLE',
        `The host could not start ${file} (${error.code ?? error.message}); nothing was run. Try again when fewer ` +
          'processes run, or raise its limits.',
        options,
      );
  }
}
