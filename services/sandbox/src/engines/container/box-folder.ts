import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { EtcFiles } from './etc-files.ts';

/** What one box needs on the host. */
export interface BoxFolder {
  readonly path: string;
  /** Mounted into the container, where its users may enter it but not write. */
  readonly links: string;
  /** Paths of the files that lie over those of the image, by their names in /etc. */
  readonly etc: Readonly<Record<keyof EtcFiles, string>>;
}

/** Makes the folder of a box. Nobody but the service may enter it from the host. */
export async function makeBoxFolder(parent: string, id: string, files: EtcFiles): Promise<BoxFolder> {
  const path = join(parent, id);
  const [links, etc] = [join(path, 'links'), join(path, 'etc')];
  await mkdir(path, { recursive: true, mode: 0o700 });
  for (const folder of [links, etc]) {
    await mkdir(folder, { recursive: true });
    // Whatever the umask of the service is.
    await chmod(folder, 0o755);
  }
  const paths = Object.entries(files).map(([name]) => [name, join(etc, name)]);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(etc, name), text);
    await chmod(join(etc, name), 0o644);
  }
  return { path, links, etc: Object.fromEntries(paths) as BoxFolder['etc'] };
}

/** The ids of the boxes that have a folder here. */
export async function boxesWithFolder(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes the folder of a box, when it is there. */
export async function removeBoxFolder(parent: string, id: string): Promise<void> {
  await rm(join(parent, id), { recursive: true, force: true });
}
