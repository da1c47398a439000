import { chmod, type FileHandle, mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf } from '../files/file-error.ts';
import { locate, type Places } from '../files/virtual-path.ts';
import { type HeldFolder, holdFolder, openBeneath } from '../files/walk.ts';

const CHUNK = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK);

/**
 * Copies a workspace: folders, regular files, and symbolic links as they are. The copy holds nothing from outside the
 * workspace, also where its processes exchange files for links meanwhile. What goes away meanwhile is left out, as are
 * pipes, sockets and devices. `to` is made.
 */
export async function copyTree(from: string, to: string): Promise<void> {
  const places: Places = { workspace: from, inputs: new Map() };
  const waiting = [''];
  for (;;) {
    const path = waiting.pop();
    if (path === undefined) break;
    const folder = await present(() => holdFolder(locate(path, places), places));
    if (!folder) continue;
    try {
      const target = join(to, path);
      await mkdir(target, { recursive: true });
      if (path !== '') await chmod(target, (await folder.handle.stat()).mode & 0o777);
      waiting.push(...(await copyEntries(folder, path, target, places)));
    } finally {
      await folder.close();
    }
  }
}

/** Copies the files and links of one folder. @returns its folders, as paths of the workspace */
async function copyEntries(folder: HeldFolder, path: string, target: string, places: Places): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await readdir(folder.entry('.'), { withFileTypes: true })) {
    const { name } = entry;
    const source = path === '' ? name : `${path}/${name}`;
    if (entry.isDirectory()) folders.push(source);
    else if (entry.isFile()) await copyOne(source, join(target, name), places);
    else if (entry.isSymbolicLink()) {
      const link = await readlink(folder.entry(name)).catch((error: unknown) => {
        if (['ENOENT', 'EINVAL'].includes(codeOf(error))) return undefined;
        throw error;
      });
      if (link !== undefined) await symlink(link, join(target, name));
    }
  }
  return folders;
}

async function copyOne(source: string, target: string, places: Places): Promise<void> {
  const file = await present(() => openBeneath(locate(source, places), places));
  if (!file) return;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return;
    const copy = await open(target, 'wx', 0o600);
    try {
      await copyBytes(file, copy, stats.size);
      await copy.chmod(stats.mode & 0o777);
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

/** What is opened, or undefined where it went away, or is no longer what it was. */
async function present<T>(opening: () => Promise<T>): Promise<T | undefined> {
  try {
    return await opening();
  } catch (error) {
    const { code } = HoldfastError.from(error);
    if (code === 'NOT_FOUND' || code === 'INVALID_ARGUMENT' || code === 'REFUSED') return undefined;
    throw error;
  }
}
