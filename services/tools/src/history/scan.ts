import { type BigIntStats, lstatSync, opendirSync } from 'node:fs';

import { type OpenFolder, openFolder } from './open-beneath.ts';
import { turns } from './turns.ts';

/** What the file system says of a regular file. */
export interface Found {
  /** See `Known.stamp`. */
  readonly stamp: string;
  /** When anything of it last changed, epoch milliseconds. */
  readonly changedAt: number;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What lies in a workspace. Paths are relative to it. */
export interface Look {
  readonly files: ReadonlyMap<string, Found>;
  readonly folders: ReadonlySet<string>;
  /** False: there is more than could be looked at, so that what is missing here may yet be there. */
  readonly complete: boolean;
}

/** The platform's own: results and outputs that were too large for the journal. */
const OWN_FOLDER = '.holdfast';
/** What a file that is being written is called until it is whole. */
const TEMPORARY = /^\.holdfast-[\da-f]{16}\.tmp$/;
/** Names of one folder that are looked at. */
const MAX_NAMES = 100_000;

/**
 * Looks at every file of a workspace, without reading any. Symbolic links are not followed, and count as nothing, as
 * do pipes, sockets, devices, names that are not UTF-8, and the platform's own files. Processes of the sandbox may
 * change the tree meanwhile.
 */
export async function scan(workspace: string, limit: number): Promise<Look> {
  const files = new Map<string, Found>();
  const folders = new Set<string>();
  const waiting = [''];
  let complete = true;
  const turn = turns();
  for (;;) {
    const path = waiting.pop();
    if (path === undefined) return { files, folders, complete };
    await turn();
    const folder = openFolder(workspace, path);
    if (typeof folder === 'string') {
      complete &&= folder === 'gone';
      continue;
    }
    try {
      const left = { files: limit - files.size, folders: limit - folders.size - waiting.length };
      const names = namesIn(folder, path, left);
      complete &&= names.complete;
      if (path !== '') folders.add(path);
      waiting.push(...names.folders.map((name) => below(path, name)));
      for (const name of names.files) {
        const found = foundAt(folder.entry(name));
        if (found) files.set(below(path, name), found);
        await turn();
      }
    } finally {
      folder.close();
    }
  }
}

/** What is known of an open or named file. */
export function describe(stats: BigIntStats): Found {
  const { size, mtimeNs, ctimeNs, ino, mode } = stats;
  return {
    stamp: [size, mtimeNs, ctimeNs, ino].join('.'),
    changedAt: Number(ctimeNs / 1_000_000n),
    size: Number(size),
    mode: Number(mode) & 0o777,
  };
}

function namesIn(folder: OpenFolder, path: string, left: { files: number; folders: number }) {
  const files: string[] = [];
  const folders: string[] = [];
  let complete = true;
  const entries = opendirSync(folder.entry('.'), { bufferSize: 512 });
  try {
    for (let seen = 0; ; seen += 1) {
      const entry = entries.readSync();
      if (!entry) return { files, folders, complete };
      if (seen === MAX_NAMES) return { files, folders, complete: false };
      if (TEMPORARY.test(entry.name) || (path === '' && entry.name === OWN_FOLDER)) continue;
      const [list, most] = entry.isDirectory() ? [folders, left.folders] : [files, left.files];
      if (!entry.isDirectory() && !entry.isFile()) continue;
      if (list.length < most) list.push(entry.name);
      else complete = false;
    }
  } finally {
    entries.closeSync();
  }
}

function foundAt(path: string): Found | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? describe(stats) : undefined;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
