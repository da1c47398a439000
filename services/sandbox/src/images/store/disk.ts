import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { runTool } from '../../quotas/disk/tools.ts';

/** What a folder takes on disk, with all in it: blocks, not lengths. */
export async function bytesOnDisk(folder: string): Promise<number> {
  const said = await runTool('Measuring an image', 'du', ['--summarize', '--block-size=1', '--', folder]);
  return Number.parseInt(said, 10);
}

/** Resolves when what was written to the file system of this folder would survive a loss of power. */
export async function flush(folder: string): Promise<void> {
  await runTool('Writing an image to disk', 'sync', ['--file-system', folder]);
}

/** Removes a folder of images. A root file system may hold names that are longer than a path may be: `rm` goes down by folders. */
export async function removeTree(folder: string): Promise<void> {
  await runTool('Removing an image', 'rm', ['-rf', '--one-file-system', '--', folder]);
}

/** What an image is called: `sha256-` and 64 hexadecimal digits. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256-${hash.digest('hex')}`;
}
