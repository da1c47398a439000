import { chmod, lstat, mkdir, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf } from '../files/file-error.ts';
import type { Bounds } from './bounds.ts';
import { copyTree } from './copy-tree.ts';
import type { Entry } from './log.ts';
import type { Objects } from './objects.ts';
import { readVersion } from './read-version.ts';
import { type Ended, storeOf } from './run-history.ts';
import { scan } from './scan.ts';
import { apply, emptyState, isSame, type Known, type State } from './state.ts';

/**
 * Fills a new workspace as {@link restore} does; where that fails, it is taken away again.
 *
 * @throws HoldfastError STORAGE_FULL, STORAGE_CORRUPT; a system error. The old workspace is never touched.
 */
export async function restoreOrNothing(...asked: Parameters<typeof restore>): Promise<readonly string[]> {
  try {
    return await restore(...asked);
  } catch (error) {
    await rm(asked[1], { recursive: true, force: true });
    if (!['ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
    const message = 'The disk is full: the files could not be copied. Nothing was changed; make room and try again.';
    throw new HoldfastError('STORAGE_FULL', message, { cause: error });
  }
}

/**
 * Fills a new workspace with the files of an old one as they were when `ended`, and no other call, had changed them.
 * Nobody else may use the new one yet. Where nothing was ever recorded, it is a plain copy.
 *
 * @returns the paths whose right version was not kept: they are as they are now in the old workspace
 */
async function restore(from: string, to: string, ended: readonly Ended[], bounds: Bounds): Promise<readonly string[]> {
  const old = storeOf(from);
  const entries = (await old.log.read()) ?? [];
  const modes = await copyTree(from, to);
  const missing = entries.length === 0 ? [] : await goBack(to, entries, ended, { objects: old.objects, bounds });
  // Deepest first: what a folder forbids must not keep from those in it.
  for (const [folder, mode] of [...modes].toReversed()) await setMode(join(to, folder), mode);
  return missing;
}

/** Makes of a copy what the files were then. @returns the paths whose right version was not kept */
async function goBack(
  to: string,
  entries: readonly Entry[],
  ended: readonly Ended[],
  { objects, bounds }: { objects: Objects; bounds: Bounds },
): Promise<string[]> {
  const wanted = stateAfter(entries, ended);
  const latest = stateAfter(entries, 'all');
  await clear(to, wanted, latest, { bounds, complete: entries.every(({ complete }) => complete) });
  for (const folder of [...wanted.folders].sort(byDepth)) await makeFolder(to, folder);
  const missing: string[] = [];
  for (const [path, version] of wanted.files) {
    if (!(await put(to, path, version, { latest, objects, bounds }))) missing.push(path);
  }
  const own = storeOf(to).objects;
  for (const { sha256, kept } of wanted.files.values()) if (kept) await own.adopt(objects, sha256);
  return missing;
}

/** The files as these calls left them, over what was there before the first. */
function stateAfter(entries: readonly Entry[], ended: readonly Ended[] | 'all'): State {
  const state = emptyState();
  const attempts = ended === 'all' ? undefined : new Map(ended.map(({ actionId, attempt }) => [actionId, attempt]));
  for (const entry of entries) {
    const isBaseline = entry.action_id === '';
    const isWanted = !attempts || isBaseline || entry.attempt <= (attempts.get(entry.action_id) ?? 0);
    if (isWanted) apply(state, entry);
  }
  return state;
}

/** Takes away what was not there then. */
async function clear(
  root: string,
  wanted: State,
  latest: State,
  { bounds, complete }: { bounds: Bounds; complete: boolean },
): Promise<void> {
  const there = await scan(root, bounds.entries);
  // What was never recorded came after the last record, unless the records leave something out.
  const goes = (known: boolean): boolean => known || complete;
  for (const path of there.files.keys()) {
    if (!wanted.files.has(path) && goes(latest.files.has(path))) await unlink(join(root, path));
  }
  for (const path of [...there.folders].sort(byDepth).toReversed()) {
    if (wanted.folders.has(path) || !goes(latest.folders.has(path))) continue;
    // It stays where something lies in it that no record tells of, such as a link.
    await rmdir(join(root, path)).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
    });
  }
}

/** Puts one version in place. @returns false where it was not kept and something else is there */
async function put(
  root: string,
  path: string,
  version: Known,
  { latest, objects, bounds }: { latest: State; objects: Objects; bounds: Bounds },
): Promise<boolean> {
  const parent = dirname(path);
  if (parent !== '.') await makeFolder(root, parent);
  const target = join(root, path);
  const found = await lstat(target).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const now = found?.isFile() ? await readVersion(path, root, bounds) : undefined;
  if (now && version.sha256 !== '' && now.sha256 === version.sha256) {
    await chmod(target, version.mode);
    return true;
  }
  const content = version.kept ? await objects.get(version.sha256) : undefined;
  if (!content) return now !== undefined && version.sha256 === '' && isSame(latest.files.get(path), version);
  await rm(target, { recursive: true, force: true });
  await writeFile(target, content, { flag: 'wx' });
  await chmod(target, version.mode);
  return true;
}

async function setMode(folder: string, mode: number): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  });
  if (found?.isDirectory()) await chmod(folder, mode);
}

/** Makes a folder with those above it; a file or link that has its name gives way. */
async function makeFolder(root: string, path: string): Promise<void> {
  const names = path.split('/');
  for (const depth of names.keys()) {
    const folder = join(root, ...names.slice(0, depth + 1));
    const found = await lstat(folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.isDirectory()) continue;
    if (found) await unlink(folder);
    await mkdir(folder);
  }
}

function byDepth(one: string, other: string): number {
  return one.split('/').length - other.split('/').length;
}
