import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Side } from './plan.ts';

/** Remembers, in the folder itself, what both sides had when they were last alike. */
export const STATE_FILE = '.holdfast-sync.json';

/** By path: the version and content that both had. */
export type SyncState = Record<string, { readonly version: number; readonly sha256: string }>;

/** The regular files of a folder, by path with `/`. Links are not followed. */
export async function filesIn(root: string): Promise<Map<string, Side>> {
  const found = new Map<string, Side>();
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await walk(path);
      if (!entry.isFile() || entry.name === STATE_FILE || entry.name.startsWith('.holdfast-sync.')) continue;
      found.set(relative(root, path).split(sep).join('/'), await sideOf(path));
    }
  };
  await walk(root);
  return found;
}

/** The hash and size of a file. */
export async function sideOf(path: string): Promise<Side> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(bytes);
    size += bytes.length;
  }
  return { sha256: hash.digest('hex'), size };
}

/**
 * Where a path of the server lies in the folder; its folders are made.
 *
 * @throws HoldfastError REFUSED where it would lie outside, also by a link.
 */
export async function placeIn(root: string, path: string): Promise<string> {
  const target = resolve(root, ...path.split('/'));
  const within = (place: string, base: string): boolean => place === base || place.startsWith(base + sep);
  const refused = () => new HoldfastError('REFUSED', `${path} would lie outside of ${root}. Nothing was written.`);
  if (!within(target, resolve(root)) || target === resolve(root)) throw refused();
  await mkdir(dirname(target), { recursive: true });
  if (!within(await realpath(dirname(target)), await realpath(root))) throw refused();
  return target;
}

/** What both had; of a folder that was never synced, nothing. @throws HoldfastError FAILED_PRECONDITION. */
export async function readState(root: string, key: string): Promise<SyncState> {
  const file = join(root, STATE_FILE);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return {};
  try {
    const state = JSON.parse(text) as { with?: unknown; files?: SyncState };
    if (state.with === key && typeof state.files === 'object') return state.files;
  } catch (cause) {
    throw new HoldfastError('FAILED_PRECONDITION', `${file} cannot be read. Remove it to compare everything anew.`, {
      cause,
    });
  }
  throw new HoldfastError(
    'FAILED_PRECONDITION',
    `${root} was synced with something else (see ${file}). Sync another folder, or remove that file to compare anew.`,
  );
}

/** Remembers it: whole or not at all. */
export async function writeState(root: string, key: string, files: SyncState): Promise<void> {
  const file = join(root, STATE_FILE);
  const draft = join(root, '.holdfast-sync.new');
  await writeFile(draft, `${JSON.stringify({ with: key, files }, null, 1)}\n`);
  await rename(draft, file);
}

/** Whether it is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
