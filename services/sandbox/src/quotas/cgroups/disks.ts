import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { unless } from './files.ts';

/** Whole disks of the machine (`major:minor`): those with hardware behind them, and what device mapper and RAID make. */
export async function ownDisks(): Promise<string[]> {
  const disks: string[] = [];
  for (const name of await unless(['ENOENT'], readdir('/sys/block'), [])) {
    const folder = join('/sys/block', name);
    const isReal = /^(dm-|md)/.test(name) || (await exists(join(folder, 'device')));
    if (isReal) disks.push((await readFile(join(folder, 'dev'), 'utf8')).trim());
  }
  return disks;
}

/**
 * The devices that hold `folders`. A folder in memory or on the network has none; the disk below btrfs or an overlay
 * is one of the machine's own.
 */
export async function disksOf(folders: readonly string[]): Promise<string[]> {
  const disks = await Promise.all(folders.map(async (folder) => diskOf((await stat(folder)).dev)));
  return disks.filter((disk) => disk !== undefined);
}

/** The whole disk that a device number of `stat` is, or is a partition of: the kernel takes limits for whole disks only. */
async function diskOf(dev: number): Promise<string | undefined> {
  const { major, minor } = deviceNumbers(dev);
  const device = await unless(['ENOENT'], realpath(`/sys/dev/block/${major}:${minor}`), '');
  if (device === '') return undefined;
  const disk = (await exists(join(device, 'partition'))) ? dirname(device) : device;
  return (await readFile(join('/sys/block', basename(disk), 'dev'), 'utf8')).trim();
}

/** As the C library packs them into one number: twelve bits of the minor lie apart from its lowest eight. */
export function deviceNumbers(dev: number): { major: number; minor: number } {
  const packed = BigInt(dev);
  const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & ~0xfffn);
  const minor = (packed & 0xffn) | ((packed >> 12n) & ~0xffn & 0xffffffffn);
  return { major: Number(major), minor: Number(minor) };
}

async function exists(path: string): Promise<boolean> {
  return unless(
    ['ENOENT'],
    stat(path).then(() => true),
    false,
  );
}
