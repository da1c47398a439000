import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf } from '../files/file-error.ts';
import type { Bounds } from './bounds.ts';
import { copyTree } from './copy-tree.ts';
import { Folders } from './folders.ts';
import type { Entry } from './log.ts';
import type { Objects } from './objects.ts';
import { readVersion } from './read-version.ts';
import { type Ended, storeOf } from './run-history.ts';
import { scan } from './scan.ts';
import { apply, emptyState, isSame, type Known, type State } from './state.ts';
import { turns } from './turns.ts';

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
  for (const [folder, mode] of [...modes].toReversed()) setMode(join(to, folder), mode);
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
  const folders = new Folders(to);
  for (const folder of wanted.folders) folders.make(folder);
  const missing: string[] = [];
  const own = storeOf(to).objects;
  const turn = turns();
  for (const [path, version] of wanted.files) {
    await turn();
    const parent = dirname(path);
    if (parent !== '.') folders.make(parent);
    if (!(await put(to, path, version, { latest, objects, bounds }))) missing.push(path);
    if (version.kept) own.adopt(objects, version.sha256);
  }
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
  const turn = turns();
  for (const path of there.files.keys()) {
    await turn();
    if (!wanted.files.has(path) && goes(latest.files.has(path))) unlinkSync(join(root, path));
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
  const target = join(root, path);
  const found = lstatSync(target, { throwIfNoEntry: false });
  const now = found?.isFile() ? await readVersion(path, root, bounds) : undefined;
  if (now && version.sha256 !== '' && now.sha256 === version.sha256) {
    chmodSync(target, version.mode);
    return true;
  }
  const content = version.kept ? await objects.get(version.sha256) : undefined;
  if (!content) return now !== undefined && version.sha256 === '' && isSame(latest.files.get(path), version);
  await rm(target, { recursive: true, force: true });
  await writeFile(target, content, { flag: 'wx' });
  chmodSync(target, version.mode);
  return true;
}

function setMode(folder: string, mode: number): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) chmodSync(folder, mode);
}

function byDepth(one: string, other: string): number {
  return one.split('/').length - other.split('/').length;
}
