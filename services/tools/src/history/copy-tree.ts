import { closeSync, fchmodSync, ftruncateSync, openSync } from 'node:fs';
import { mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../files/file-error.ts';
import { openFile, type OpenFolder, openFolder } from './open-beneath.ts';
import { readPart, writePart } from './parts.ts';
import { turns } from './turns.ts';

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
  const turn = turns();
  for (const entry of await readdir(folder.entry('.'), { withFileTypes: true })) {
    await turn();
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
  const file = openFile(from, path);
  if (!file) return;
  const { fd, stats } = file;
  try {
    const copy = openSync(join(to, path), 'wx', 0o600);
    try {
      await copyBytes(fd, copy, Number(stats.size));
      fchmodSync(copy, Number(stats.mode) & 0o777);
    } finally {
      closeSync(copy);
    }
  } finally {
    closeSync(fd);
  }
}

/** Holes stay holes: a file may be said to be far larger than the disk. */
async function copyBytes(from: number, to: number, size: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  for (let at = 0; at < size; ) {
    const part = buffer.subarray(0, Math.min(CHUNK, size - at));
    const bytesRead = await readPart(from, part, at);
    if (bytesRead === 0) break;
    const read = part.subarray(0, bytesRead);
    if (!read.equals(ZEROS.subarray(0, bytesRead))) await writePart(to, read, at);
    at += bytesRead;
  }
  ftruncateSync(to, size);
}
