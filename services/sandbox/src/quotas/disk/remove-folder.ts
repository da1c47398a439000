import { rmdir } from 'node:fs/promises';

import { errnoOf } from '../cgroups/files.ts';
import { runTool } from './tools.ts';

/**
 * Unmounts what is mounted at `path`, when something is, and removes the folder with what is in it. A process that
 * still holds a file of an image keeps the image alive until it ends, but out of everybody's sight.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return;
    if (code === 'EBUSY') await runTool('Unmounting the disk image of a sandbox', 'umount', ['-n', '-l', path]);
    // The program goes down by open folders: it follows no link and no path is too long for it.
    await runTool('Removing the folder of a sandbox', 'rm', ['-rf', '--one-file-system', '--', path]);
  }
}
