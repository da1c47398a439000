import { type FileHandle, mkdir, open, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../files/file-error.ts';
import { openFile, type OpenFolder, openFolder } from './open-beneath.ts';

const CHUNK = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK);

/**
 * Copies a workspace: folders, regular files, and symbolic links as they are. The copy holds nothing from outside the
 * workspace, also where its processes exchange files for links meanwhile. What goes away meanwhile is left out, as are
 * pipes, sockets, devices, and what may not be read. `to` is made.
 *
 * @returns the permission bits that each folder had; they are not set yet, since they may forbid to write in it
 */
export async function copyTree(from: string, to: string): Promise<Map<string, number>> {
  await mkdir(to, { recursive: true });
  const modes = new Map<string, number>();
  const waiting = [''];
  for (;;) {
    const path = waiting.pop();
    if (path === undefined) return modes;
    const folder = openFolder(from, path);
    if (typeof folder === 'string') continue;
    try {
      if (path !== '') {
        await mkdir(join(to, path));
        modes.set(path, (await stat(folder.entry('.'))).mode & 0o777);
      }
      waiting.push(...(await copyEntries(folder, { from, to, path })));
    } finally {
      folder.close();
    }
  }
}

/** Copies the files and links of one folder. @returns its folders, as paths of the workspace */
async function copyEntries(folder: OpenFolder, at: { from: string; to: string; path: string }): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await readdir(folder.entry('.'), { withFileTypes: true })) {
    const path = at.path === '' ? entry.name : `${at.path}/${entry.name}`;
    if (entry.isDirectory()) folders.push(path);
    else if (entry.isFile()) await copyOne(at.from, at.to, path);
    else if (entry.isSymbolicLink()) {
      const link = await readlink(folder.entry(entry.name)).catch((error: unknown) => {
        if (['ENOENT', 'EINVAL'].includes(codeOf(error))) return undefined;
        throw error;
      });
      if (link !== undefined) await symlink(link, join(at.to, path));
    }
  }
  return folders;
}

async function copyOne(from: string, to: string, path: string): Promise<void> {
  const file = await openFile(from, path);
  if (!file) return;
  try {
    const { mode, size } = await file.stat();
    const copy = await open(join(to, path), 'wx', 0o600);
    try {
      await copyBytes(file, copy, size);
      await copy.chmod(mode & 0o777);
    } finally {
      await copy.close();
    }
  } finally {
    await file.close();
  }
}

/** Holes stay holes: a file may be said to be far larger than the disk. */
async function copyBytes(from: FileHandle, to: FileHandle, size: number): Promise<void> {
  const buffer = Buffer.alloc(CHUNK);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(CHUNK, size - at), at);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    if (!chunk.equals(ZEROS.subarray(0, bytesRead))) await to.writev([chunk], at);
    at += bytesRead;
  }
  await to.truncate(size);
}
