import { mkdir, realpath } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { makeImage } from './image.ts';
import { openImages } from './images.ts';
import { openMeasured } from './measured.ts';
import type { DiskSpaces } from './space.ts';

const PROBE = { bytes: 4 * 1024 * 1024, inodes: 64 };

/**
 * Opens the writable spaces of sandboxes, below a folder that is theirs alone.
 *
 * Where the service may mount, each is a sparse ext4 image behind a loop device. It bounds bytes and inodes by itself,
 * with ENOSPC, which programs know; it works on any file system of the host; it is gone with one unmount, however
 * deep or many the files; and it is ready ahead, so that a sandbox takes one in less than a millisecond. The others do
 * less: project quotas need a host file system that was made for them (ext4's are off by default), a tmpfs is
 * memory, which counts against the memory quota, and measuring sees an excess only after it.
 *
 * Elsewhere (not root, no loop devices, no mkfs.ext4) spaces are folders that are measured, and `why` says so.
 */
export async function openDiskSpaces(init: {
  readonly baseDir: string;
  readonly newId: () => string;
  readonly uid: number;
}): Promise<DiskSpaces> {
  await mkdir(init.baseDir, { recursive: true, mode: 0o711 });
  const folder = await realpath(init.baseDir);
  const why = init.uid === 0 ? await whyNoImages(folder, init.newId()) : 'Only root may mount disk images.';
  return why === undefined ? openImages(folder, init.newId) : openMeasured(folder, init.newId, why);
}

/** Really mounts one. */
async function whyNoImages(folder: string, name: string): Promise<string | undefined> {
  try {
    await (await makeImage(folder, name, PROBE)).remove();
    return undefined;
  } catch (error) {
    if (HoldfastError.is(error)) return error.message;
    throw error;
  }
}
