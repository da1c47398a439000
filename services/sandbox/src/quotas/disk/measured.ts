import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { removeFolder } from './remove-folder.ts';
import { reapFolder } from './reap.ts';
import type { DiskSize, DiskSpaces } from './space.ts';
import { runTool } from './tools.ts';

/** Disk spaces that are plain folders: nothing holds their size, they are measured. */
export function openMeasured(folder: string, newId: () => string, why: string): DiskSpaces {
  const own = new Set<string>();
  return {
    kind: 'measured',
    why,
    async open({ owner, ...size }) {
      const name = newId();
      const path = join(folder, name);
      const release = async (): Promise<void> => {
        await removeFolder(path);
        own.delete(name);
      };
      own.add(name);
      try {
        await mkdir(path, { mode: 0o700 });
        await chown(path, owner.uid, owner.gid);
      } catch (error) {
        await release();
        throw HoldfastError.from(error, 'UNAVAILABLE', `The folder ${path} could not be made for a sandbox.`);
      }
      return { path, used: () => measure(path, size), release };
    },
    prepare: () => Promise.resolve(),
    reap: () => reapFolder(folder, own),
    close: () => Promise.resolve(),
  };
}

/** Each file counts at least its share of the size, so that a space with too many files is over its size as well. */
async function measure(path: string, { bytes, inodes }: DiskSize): Promise<number> {
  const doing = 'Measuring the folder of a sandbox';
  const count = async (...options: string[]): Promise<number> =>
    Number.parseInt(await runTool(doing, 'du', ['-s', '-x', ...options, '--', path]), 10);
  const [used, files] = await Promise.all([count('-B1'), count('--inodes')]);
  return Math.max(used, Math.ceil((files / inodes) * bytes));
}
