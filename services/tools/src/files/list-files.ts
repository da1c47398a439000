import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { posix } from 'node:path';

import { z } from 'zod';

import { defineTool, type ToolContext, type ToolOutcome } from '../tool.ts';
import { placesOf } from './context.ts';
import { codeOf } from './file-error.ts';
import { readableBy } from './reader.ts';
import { locate } from './virtual-path.ts';
import { holdFolder, type HeldFolder, type WalkOptions } from './walk.ts';

/** Shown, but what is in them is of no use to anybody. */
const CLOSED = new Set(['.git', '.holdfast']);
const MAX_ENTRIES_OF_A_FOLDER = 100_000;

const parameters = z.strictObject({
  path: z.string().default('.').describe('A folder: relative to /workspace, or /workspace/..., or /input/<name>/...'),
  depth: z.number().int().min(1).max(20).default(2).describe('How many levels of folders.'),
  limit: z.number().int().min(1).max(5000).default(500).describe('How many entries at most.'),
});

interface Entry {
  readonly [key: string]: string | number;
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** Lists what lies in a folder of the run, the upper levels first. */
export const listFilesTool = defineTool({
  name: 'list_files',
  description:
    'Lists files and folders, upper levels first, with type and size in bytes. Links are named and not followed. The inside of .git is left out.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 30_000,
  async run(args, context): Promise<ToolOutcome> {
    const options = readableBy(await stat(context.workspace), process.getuid?.() === 0);
    const top = locate(args.path, placesOf(context)).virtual;
    const entries: Entry[] = [];
    const unreadable: string[] = [];
    let level = [top];
    let more = false;
    for (let depth = 0; depth < args.depth && level.length > 0 && !more; depth += 1) {
      const below: string[] = [];
      for (const folder of level) {
        context.signal.throwIfAborted();
        const found = await listOne(folder, context, options, args.limit - entries.length).catch((error: unknown) => {
          // The folder that was asked for must be there; one below it may be closed to us, or go away meanwhile.
          if (depth === 0) throw error;
          unreadable.push(folder);
          return { entries: [], more: false };
        });
        entries.push(...found.entries);
        more ||= found.more;
        for (const entry of found.entries) {
          if (entry.type === 'folder' && !CLOSED.has(posix.basename(entry.path))) below.push(entry.path);
        }
        if (more) break;
      }
      level = below;
    }
    return { ok: true, value: { path: top, entries, more, unreadable } };
  },
});

async function listOne(
  virtual: string,
  context: ToolContext,
  options: WalkOptions,
  room: number,
): Promise<{ entries: Entry[]; more: boolean }> {
  const places = placesOf(context);
  const folder = await holdFolder(locate(virtual, places), places, options);
  try {
    const names = (await readdir(folder.entry('.'))).slice(0, MAX_ENTRIES_OF_A_FOLDER).sort();
    const entries: Entry[] = [];
    for (const name of names.slice(0, room)) {
      const found = await look(folder, name);
      if (found) entries.push({ path: posix.join(virtual, name), ...describe(found) });
    }
    return { entries, more: names.length > room };
  } finally {
    await folder.close();
  }
}

/** Undefined where the entry went away after the folder was read. */
async function look(folder: HeldFolder, name: string): Promise<Stats | undefined> {
  try {
    return await lstat(folder.entry(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function describe(found: Stats): { type: Entry['type']; size?: number } {
  if (found.isDirectory()) return { type: 'folder' };
  if (found.isSymbolicLink()) return { type: 'link' };
  return found.isFile() ? { type: 'file', size: found.size } : { type: 'other' };
}
