import { join } from 'node:path';

import type { ImageRecord } from './record.ts';

/** An image of the store. All of it changes; nobody but the store changes it. */
export interface Entry {
  readonly digest: string;
  readonly folder: string;
  /** The declarations that it was made for. */
  readonly keys: Set<string>;
  /** On disk, unpacked root and copies in container engines included. */
  bytes: number;
  /** Epoch milliseconds. */
  lastUsedAt: number;
  /** By how many it is held now. */
  holds: number;
  isUnpacked: boolean;
  /** What it takes in each container engine. */
  readonly containers: Map<string, number>;
}

/** The name of the tar in the folder of an image. */
export const TAR = 'image.tar';
/** The name of the unpacked root there. */
export const ROOTFS = 'rootfs';

/** The tar of an image. */
export function tarOf(entry: Entry): string {
  return join(entry.folder, TAR);
}

/** The unpacked root of an image. */
export function rootfsOf(entry: Entry): string {
  return join(entry.folder, ROOTFS);
}

/** What is kept of an entry. */
export function recordOf({ keys, containers }: Entry): ImageRecord {
  return { keys: [...keys], containers: Object.fromEntries(containers) };
}
