import { type BigIntStats, closeSync, constants, existsSync, fstatSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { codeOf } from '../files/file-error.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** Linux names open folders here, so that no path is needed that somebody could exchange meanwhile. */
const BY_DESCRIPTOR = '/proc/self/fd';

/** An open folder of a workspace. */
export interface OpenFolder {
  /** The host path of one of its entries, or of itself (`.`): good until the folder is closed. */
  entry(name: string): string;
  close(): void;
}

/**
 * Opens a folder of a workspace without following any link, at once: a look at many folders is ten times as fast so as
 * by way of the thread pool. `gone`: there is no such folder (any more). `closed`: it may not be read.
 */
export function openFolder(workspace: string, path: string): OpenFolder | 'gone' | 'closed' {
  try {
    return existsSync(BY_DESCRIPTOR) ? byDescriptor(workspace, path) : byPath(workspace, path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) return 'gone';
    if (['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(codeOf(error))) return 'closed';
    throw error;
  }
}

/** Opens a regular file of a workspace without following any link; undefined where there is none that may be read. */
export function openFile(workspace: string, path: string): { fd: number; stats: BigIntStats } | undefined {
  const folder = openFolder(workspace, dirname(path) === '.' ? '' : dirname(path));
  if (typeof folder === 'string') return undefined;
  let fd: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    fd = openSync(folder.entry(basename(path)), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'].includes(codeOf(error))) return undefined;
    throw error;
  } finally {
    folder.close();
  }
  const stats = fstatSync(fd, { bigint: true });
  if (stats.isFile()) return { fd, stats };
  closeSync(fd);
  return undefined;
}

function byDescriptor(workspace: string, path: string): OpenFolder {
  let fd = openSync(workspace, FOLDER);
  for (const name of path === '' ? [] : path.split('/')) {
    const above = fd;
    try {
      fd = openSync(`${BY_DESCRIPTOR}/${above}/${name}`, FOLDER);
    } finally {
      closeSync(above);
    }
  }
  return { entry: (name) => `${BY_DESCRIPTOR}/${fd}/${name}`, close: () => closeSync(fd) };
}

/** Where there are no descriptors to go by, real paths are compared, which leaves a moment between the two. */
function byPath(workspace: string, path: string): OpenFolder | 'gone' {
  const expected = join(realpathSync(workspace), path);
  if (realpathSync(expected) !== expected) return 'gone';
  return { entry: (name) => join(expected, name), close: () => undefined };
}
