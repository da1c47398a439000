import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { WalkOptions } from './walk.ts';

/**
 * What a service that is root may look at in the inputs of a run: no more than the unprivileged user that commands of
 * the run get, so that no tool reads what the shell cannot. Of the workspace everything, since that user owns it.
 */
export function readableBy(owner: { readonly uid: number; readonly gid: number }, isRoot: boolean): WalkOptions {
  if (!isRoot) return {};
  // Not yet given to anybody: whoever gets it is neither root nor of its group.
  const reader = owner.uid === 0 ? { uid: -1, gid: -1 } : owner;
  return {
    enter: async (handle, location) => {
      if (location.writable) return;
      const found = await handle.stat();
      const needed = found.isDirectory() ? 0o5 : 0o4;
      if (((found.mode >> shiftFor(found, reader)) & needed) === needed) return;
      throw new HoldfastError(
        'REFUSED',
        `${location.virtual} cannot be read by the unprivileged user that this run works as. Let others read it (chmod -R o+rX), or name a copy as input.`,
      );
    },
  };
}

function shiftFor(found: Stats, { uid, gid }: { readonly uid: number; readonly gid: number }): number {
  if (found.uid === uid) return 6;
  return found.gid === gid ? 3 : 0;
}

/**
 * The size and such of a handle that must be a regular file.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a folder, REFUSED for a pipe, socket or device.
 */
export async function statRegular(handle: FileHandle, virtual: string): Promise<Stats> {
  const found = await handle.stat();
  if (found.isFile()) return found;
  if (found.isDirectory()) {
    throw new HoldfastError('INVALID_ARGUMENT', `${virtual} is a folder, not a file. list_files shows what is in it.`);
  }
  throw new HoldfastError('REFUSED', `${virtual} is no regular file (a pipe, socket or device).`);
}
