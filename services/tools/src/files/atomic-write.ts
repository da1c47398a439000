import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, unlink } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf, fileError } from './file-error.ts';
import type { Location, Places } from './virtual-path.ts';
import { holdParent, type HeldFolder } from './walk.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** What {@link writeAtomically} writes. */
export interface Write {
  readonly location: Location;
  readonly places: Places;
  readonly content: Uint8Array;
  /** Who owns the file and the folders that are made; undefined: whoever this process is. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Names the temporary file: the same for the same call, so that a repeated call cleans up after itself. */
  readonly key: string;
}

/**
 * Puts a whole file in place: a reader sees the old content or the new one, also after a crash. Missing folders are
 * made. A link or file of that name is replaced; a link in the middle of the path is followed only within the
 * workspace.
 *
 * @throws HoldfastError REFUSED, INVALID_ARGUMENT, STORAGE_FULL: the old content is then as it was.
 */
export async function writeAtomically(write: Write): Promise<void> {
  const { location, places, owner } = write;
  const give = async (handle: FileHandle): Promise<void> => {
    if (owner) await handle.chown(owner.uid, owner.gid);
  };
  const folder = await holdParent(location, places, { made: give });
  try {
    await place(folder, write, give);
  } catch (error) {
    throw fileError(error, location.virtual);
  } finally {
    await folder.close();
  }
}

async function place(folder: HeldFolder, write: Write, give: (handle: FileHandle) => Promise<void>): Promise<void> {
  const { location, content, key } = write;
  const name = location.segments.at(-1) ?? '';
  const target = folder.entry(name);
  const mode = await modeOf(target, location.virtual);
  const temporary = folder.entry(`.holdfast-${key}.tmp`);
  await removeIfThere(temporary);
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      await file.writeFile(content);
      await give(file);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await folder.handle.sync();
}

/** Keeps the permissions of what is replaced. @throws HoldfastError where something other than a file has the name. */
async function modeOf(path: string, virtual: string): Promise<number> {
  try {
    const found = await lstat(path);
    if (found.isFile()) return (found.mode & 0o777) | 0o600;
    if (found.isSymbolicLink()) return 0o644;
    if (found.isDirectory()) throw fileError({ code: 'EISDIR' }, virtual);
    throw new HoldfastError('REFUSED', `${virtual} is no regular file (a pipe, socket or device).`);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0o644;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}
