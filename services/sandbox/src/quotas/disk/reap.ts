import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { removeFolder } from './remove-folder.ts';

/** Removes every space below `folder`, mounted or not, whose name is not in `own`. Returns how many those were. */
export async function reapFolder(folder: string, own: ReadonlySet<string>): Promise<number> {
  const names = new Set((await readdir(folder)).map((entry) => entry.replace(/\.img$/, '')));
  const left = [...names].filter((name) => !own.has(name));
  for (const name of left) {
    await removeFolder(join(folder, name));
    await rm(join(folder, `${name}.img`), { force: true });
  }
  return left.length;
}
