import type { BoxOwners } from '../engines/engine.ts';
import type { Owner, WorkspaceOwners } from '../host/workspace-owner.ts';

/** Gives boxes the users of the host that the users inside are. */
export interface BoxUsers {
  /** For a box with a workspace: whoever owns it, for ever. */
  adopt(workspace: string): Promise<BoxOwners>;
  /** For a box without one. */
  take(): Promise<BoxOwners>;
  release(owners: BoxOwners): void;
}

/**
 * `user` inside is one of the users of sandboxes; `root` inside is the one that stands `rootOffset` above it, which
 * owns nothing anywhere. Without an offset (the service is not root) there is only `user`.
 */
export function boxUsers(owners: WorkspaceOwners, rootOffset: number | undefined): BoxUsers {
  const both = (user: Owner): BoxOwners =>
    rootOffset === undefined ? { user } : { user, root: { uid: user.uid + rootOffset, gid: user.gid + rootOffset } };
  return {
    adopt: async (workspace) => both(await owners.adopt(workspace)),
    take: async () => both(await owners.take()),
    release: ({ user }) => owners.release(user),
  };
}
