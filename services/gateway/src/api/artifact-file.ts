import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { isWithin } from './inputs.ts';

/** An open file of a workspace. The caller closes it. */
export interface WorkspaceFile {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** The place of an artifact within the workspace: tools see the workspace as /workspace. */
export function artifactPath(name: string): string {
  return name.replace(/^\/workspace\//, '').replace(/^\.\//, '');
}

/**
 * Opens a regular file of a workspace for reading. What a run has made is not trusted: a path or a symbolic link that
 * leaves the workspace is as if it were not there, also where it is swapped at the moment of opening.
 *
 * @throws HoldfastError NOT_FOUND.
 */
export async function openInWorkspace(workspace: string, path: string): Promise<WorkspaceFile> {
  if (path === '' || path.includes('\0')) throw missing(path);
  let handle: FileHandle | undefined;
  try {
    const root = await realpath(workspace);
    const real = await realpath(resolve(root, path));
    if (!isWithin(real, root) || real === root) throw missing(path);
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const opened = await handle.stat();
    const again = await realpath(real);
    const named = await stat(again);
    const same = named.dev === opened.dev && named.ino === opened.ino;
    if (!opened.isFile() || !isWithin(again, root) || !same) throw missing(path);
    return { handle, size: opened.size, modifiedAt: opened.mtimeMs };
  } catch (error) {
    await handle?.close();
    if (HoldfastError.is(error)) throw error;
    throw missing(path, error);
  }
}

function missing(path: string, cause?: unknown): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no file ${JSON.stringify(path)} in the workspace of this run.`, {
    cause,
  });
}
