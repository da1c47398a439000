import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Hierarchy } from './detect.ts';
import type { Quotas, Usage } from './driver.ts';
import { errnoOf } from './files.ts';

/** One value that a new group gets. */
export interface Setting {
  readonly file: string;
  readonly value: string;
  /** Left out where the kernel was built without this file. */
  readonly optional?: true;
}

/** How processes of a group are stopped and ended in one hierarchy. */
export interface Freezer {
  readonly file: string;
  readonly frozen: string;
  readonly thawed: string;
  /** Whether the processes of the group in this folder all stand still. */
  isFrozen(folder: string): boolean;
}

/** The part of a sandbox's control group that lies in one hierarchy. */
export interface Branch {
  /** Absolute folder of the parent group. */
  readonly parent: string;
  readonly isUnified: boolean;
  /** In exactly one branch of a driver. */
  readonly freezer?: Freezer;
  /** Whether disk limits are held here. */
  readonly holdsDisks: boolean;
  /** Makes the parent group, when it is not there, and gives its children their controllers. */
  prepare(): Promise<void>;
  /** What a new group gets, in this order. `disks` are the devices (`major:minor`) that disk limits hold for. */
  settings(quotas: Quotas, disks: readonly string[]): readonly Setting[];
  /** What this hierarchy knows of the group's use. */
  usage(folder: string): Partial<Usage>;
}

/** The branches of one driver, or why it cannot work here. */
export type Branches = { readonly kind: string; readonly list: readonly Branch[] } | { readonly why: string };

/**
 * The topmost group, on the way from the mount down to this process's own group, at which this process may make
 * groups and move processes. Undefined when there is none.
 */
export async function findBase({ mount, own }: Hierarchy): Promise<string | undefined> {
  for (let depth = 0; depth <= own.length; depth += 1) {
    const folder = join(mount, ...own.slice(0, depth));
    if ((await isWritable(folder)) && (await isWritable(join(folder, 'cgroup.procs')))) return folder;
  }
  return undefined;
}

/** Makes one group. Nothing happens when it is there. */
export async function makeGroup(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(errnoOf(error))) return false;
    throw error;
  }
}
