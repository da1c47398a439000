import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

/** A user and group of the host. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives workspaces to the unprivileged users that commands run as. */
export interface WorkspaceOwners {
  /**
   * The owner of a workspace, for as long as it exists: the folder itself keeps it. A new workspace is given to a user
   * that no live sandbox has, so that one sandbox cannot use up the processes of another (the kernel counts per user).
   */
  adopt(workspace: string): Promise<Owner>;
  /** A user that no live sandbox has, for one without a workspace. */
  take(): Promise<Owner>;
  /** The sandbox that adopted the workspace is gone. */
  release(owner: Owner): void;
}

/** For a service that is not root: everything belongs to its own user. */
export function ownUser(owner: Owner): WorkspaceOwners {
  return { adopt: async () => owner, take: async () => owner, release: () => undefined };
}

/** For a service that is root: users `first` to `first + count - 1`, starting at a `random` one (0 to below 1). */
export function userRange(first: number, count: number, random: () => number): WorkspaceOwners {
  const inUse = new Map<number, number>();
  const inRange = (uid: number): boolean => uid >= first && uid < first + count;
  let next = Math.floor(random() * count);

  const pick = (): number => {
    for (let tried = 0; tried < count; tried += 1) {
      const uid = first + next;
      next = (next + 1) % count;
      if (!inUse.has(uid)) return uid;
    }
    throw new HoldfastError(
      'UNAVAILABLE',
      `All ${count} users for sandboxes are in use. Destroy a sandbox, or raise sandbox.uid_count.`,
    );
  };
  const take = (uid: number): Owner => {
    inUse.set(uid, (inUse.get(uid) ?? 0) + 1);
    return { uid, gid: uid };
  };
  const release = ({ uid }: Owner): void => {
    const users = (inUse.get(uid) ?? 1) - 1;
    if (users > 0) inUse.set(uid, users);
    else inUse.delete(uid);
  };

  const adoptOne = async (workspace: string): Promise<Owner> => {
    const { uid } = await lstat(workspace);
    if (inRange(uid)) return take(uid);
    const owner = take(pick());
    try {
      await give(workspace, owner);
      return owner;
    } catch (error) {
      release(owner);
      throw error;
    }
  };
  // One after the other: two sandboxes made at once for one new workspace must agree on its owner.
  let queue: Promise<unknown> = Promise.resolve();
  return {
    adopt(workspace) {
      const adopted = queue.then(() => adoptOne(workspace));
      queue = adopted.catch(() => undefined);
      return adopted;
    },
    take: async () => take(pick()),
    release,
  };
}

/**
 * The folder itself comes last: its owner is the sign that all in it was given. Nothing sandboxed can have run in it
 * before, so nobody exchanges files while this walks. Links are given themselves, never followed.
 */
async function give(path: string, owner: Owner): Promise<void> {
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) await give(join(path, name), owner);
  }
  await lchown(path, owner.uid, owner.gid);
}
