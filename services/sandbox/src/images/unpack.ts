import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { unless } from '../quotas/cgroups/files.ts';
import { runBuilder } from './build/run-builder.ts';
import type { Waiter } from './shared-work.ts';

/**
 * Everything belongs to the user of this service (as root: to root, whom no sandbox is), and nothing is left that would
 * give a process of the host a right: no bit that changes the user, no capability, no device.
 */
const EXTRACT = [
  'umask 022',
  'tar --extract --file="$1" --directory="$2" --no-same-owner --no-same-permissions --exclude=./dev/* --exclude=dev/*',
  'find "$2" -xdev -not -type f -not -type d -not -type l -delete',
  'find "$2" -xdev -type f -perm /6000 -exec chmod a-s {} +',
].join(' && ');

/** A root that is read-only cannot grow the folders and files that engines mount over. */
const MOUNT_POINTS = ['dev', 'proc', 'sys', 'run', 'tmp', 'home/user', 'workspace', 'input', 'etc'];
const MOUNT_FILES = ['etc/passwd', 'etc/group', 'etc/hosts'];

/**
 * Unpacks the root file system of an image into a new folder.
 *
 * @throws HoldfastError STORAGE_FULL, CANCELED, UNAVAILABLE when the tar cannot be read, FAILED_PRECONDITION when the image
 *   has a link or a file where a folder of the sandbox has to be. The folder may be half full then: remove it.
 */
export async function unpack(tar: string, folder: string, waiter: Waiter): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  await runBuilder(
    {
      argv: ['sh', '-c', EXTRACT, 'sh', tar, folder],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      advice: 'Remove the image, so that it is made anew.',
    },
    waiter,
  );
  for (const path of MOUNT_POINTS) await ensureFolder(folder, path.split('/'));
  for (const path of MOUNT_FILES) await ensureFile(join(folder, path));
}

/** One step after the other: a link that is followed would lead out of the image, to folders of the host. */
async function ensureFolder(root: string, steps: readonly string[]): Promise<void> {
  let path = root;
  for (const step of steps) {
    path = join(path, step);
    const found = await unless(['ENOENT'], lstat(path), undefined);
    if (found === undefined) await mkdir(path, { mode: 0o755 });
    else if (!found.isDirectory()) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        `The image cannot be used: /${steps.join('/')} has to be a folder in it, and ${step} is none. Nothing of it was kept.`,
      );
    }
  }
}

/** A link is replaced: whatever it led to, the sandbox would not see it. */
async function ensureFile(path: string): Promise<void> {
  const found = await unless(['ENOENT'], lstat(path), undefined);
  if (found?.isFile()) return;
  await rm(path, { recursive: true, force: true });
  await writeFile(path, '', { flag: 'wx', mode: 0o644 });
}
