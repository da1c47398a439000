import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Bounds } from './bounds.ts';
import { FileHistory, type RunFiles } from './history.ts';
import type { Known } from './state.ts';

/** A history of small bounds, and the folder of a run or two, for tests of this room. */
export interface TestHistory {
  readonly history: FileHistory;
  readonly run: RunFiles;
  /** The folder in which workspace and history lie. */
  readonly folder: string;
  /** A history of its own over the same files, as a new process has it. */
  restarted(): FileHistory;
  /** Plays a call: what `change` does is recorded under `actionId`. */
  call(actionId: string, change: () => unknown, attempt?: number): Promise<boolean>;
  write(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** `path: change size` of every listed file, call by call. */
  told(history?: FileHistory): Promise<Record<string, string[]>>;
  close(): Promise<void>;
}

export const SMALL: Bounds = { entries: 50, keepBytes: 1000, storeBytes: 3000, readBytes: 4000 };

/** Opens one over an empty workspace. */
export async function openTestHistory(bounds: Bounds = SMALL): Promise<TestHistory> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-history-'));
  const run = { key: 'acme\0run_1', workspace: join(folder, 'workspace') };
  await mkdir(run.workspace);
  const make = (): FileHistory => new FileHistory(Date.now, bounds);
  const history = make();
  return {
    history,
    run,
    folder,
    restarted: make,
    async call(actionId, change, attempt = 1) {
      await history.begin(run);
      await change();
      return history.record(run, { actionId, attempt });
    },
    async write(path, content, mode = 0o644) {
      const file = join(run.workspace, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      await chmod(file, mode);
    },
    async told(of = history) {
      const { changes } = await of.list(run);
      return Object.fromEntries(
        changes.map(({ actionId, files }) => [actionId, files.map((file) => tell(file)).sort()]),
      );
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Everything below a folder: contents of files with their mode, targets of links, and empty texts for folders. */
export async function treeOf(root: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isSymbolicLink()) tree[name] = `-> ${await readlink(path)}`;
    else if (entry.isFile()) tree[name] = await readFile(path, 'utf8');
    else tree[`${name}/`] = '';
  }
  return tree;
}

function tell({ path, before, after }: { path: string; before: Known | null; after: Known | null }): string {
  const change = before ? (after ? 'modified' : 'deleted') : 'added';
  return `${path}: ${change} ${(after ?? before)?.size}`;
}
