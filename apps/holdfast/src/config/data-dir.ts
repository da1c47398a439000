import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

/**
 * Makes the data directory, for its owner alone, where it is not there yet. Folder by folder: Node's own recursive form
 * tries for ever below a file system that refuses new folders by saying that the path is not there, such as /proc.
 *
 * @throws HoldfastError CONFIG_INVALID where it cannot be made, or is no folder.
 */
export async function makeDataDir(path: string): Promise<void> {
  try {
    await makeFolder(path);
    if ((await stat(path)).isDirectory()) return;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError(
      'CONFIG_INVALID',
      `The data directory ${path} cannot be made: ${reason}. Nothing was started. Set data_dir (HOLDFAST_DATA_DIR) to a folder that you may write to.`,
      { cause },
    );
  }
  throw new HoldfastError('CONFIG_INVALID', `data_dir is ${path}, which is not a folder. Nothing was started.`);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    const parentThere = parent === path || (await exists(parent));
    if (code !== 'ENOENT' || parentThere) throw error;
    await makeFolder(parent);
    await mkdir(path, { mode: 0o700 });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
