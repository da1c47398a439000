import { chmod, chown, mkdir, rm, rmdir, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Owner } from '../../host/workspace-owner.ts';
import { removeFolder } from './remove-folder.ts';
import type { DiskSize, DiskSpace } from './space.ts';
import { runTool } from './tools.ts';

/** A mounted image that nobody has yet. */
export interface Image {
  giveTo(owner: Owner): Promise<DiskSpace>;
  remove(): Promise<void>;
}

/**
 * No journal and no reserve: nothing in it outlives a crash of the host. Blocks of 4 KiB whatever the size, so that
 * what is deleted can be given back to the host.
 */
const FORMAT = ['-q', '-F', '-b', '4096', '-m', '0', '-O', '^has_journal,^resize_inode', '-E', 'lazy_itable_init=1'];

/**
 * `discard` gives deleted blocks back to the host; `noinit_itable` keeps the kernel from writing the whole inode
 * table of each new image in the background, which is zero in a sparse file anyway.
 */
const MOUNT = ['-n', '-i', '-t', 'ext4', '-o', 'loop,nodev,nosuid,noatime,discard,noinit_itable'];

/** A sparse file with an empty ext4 in it: some hundred KiB of the host's disk, whatever its size. */
export async function formatImage(file: string, { bytes, inodes }: DiskSize): Promise<void> {
  await writeFile(file, '', { flag: 'wx', mode: 0o600 });
  await truncate(file, bytes);
  await runTool('Formatting the disk image of a sandbox', 'mkfs.ext4', [...FORMAT, '-N', String(inodes), file]);
}

/** Makes `<folder>/<name>.img` and mounts it at `<folder>/<name>`. A formatted `template` is copied when there is one. */
export async function makeImage(folder: string, name: string, size: DiskSize, template?: string): Promise<Image> {
  const [file, path] = [join(folder, `${name}.img`), join(folder, name)];
  const remove = async (): Promise<void> => {
    await rm(file, { force: true });
    await removeFolder(path);
  };
  try {
    if (template === undefined) await formatImage(file, size);
    else await runTool('Copying a disk image', 'cp', ['--sparse=always', '--reflink=auto', '--', template, file]);
    await mkdir(path, { mode: 0o700 });
    await runTool('Mounting the disk image of a sandbox', 'mount', [...MOUNT, file, path]);
    await rmdir(join(path, 'lost+found'));
  } catch (error) {
    await remove();
    throw HoldfastError.from(
      error,
      'UNAVAILABLE',
      `The disk image of a sandbox could not be made in ${folder}. Is the disk full? Nothing is left of it.`,
    );
  }
  return {
    remove,
    async giveTo(owner) {
      try {
        await chmod(path, 0o700);
        await chown(path, owner.uid, owner.gid);
        return { path, used: () => usedOf(path), release: remove };
      } catch (error) {
        await remove();
        throw HoldfastError.from(error, 'UNAVAILABLE', `The disk image at ${path} could not be given to its user.`);
      }
    },
  };
}

async function usedOf(path: string): Promise<number> {
  try {
    const { blocks, bfree, bsize } = await statfs(path);
    return (blocks - bfree) * bsize;
  } catch (error) {
    throw HoldfastError.from(error, 'UNAVAILABLE', `The use of the disk image at ${path} cannot be read.`);
  }
}
