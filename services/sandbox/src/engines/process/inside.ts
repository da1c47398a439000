import type { BoxUsers } from '../../agent/connect.ts';
import type { BoxSpec } from '../engine.ts';

/** The ids of the users inside. */
export const INSIDE = { user: { uid: 1000, gid: 1000 }, root: { uid: 0, gid: 0 } } as const;

/** The users that a box really has: only one where Holdfast itself is not root. */
export function usersInside(spec: BoxSpec, isRoot: boolean): BoxUsers {
  return { user: INSIDE.user, ...(isRoot && spec.owners.root ? { root: INSIDE.root } : {}) };
}

/**
 * How the agent is called as the first process of a box.
 *
 * @param filterFd the descriptor that holds its system call filter; left out where there is none for the processor.
 */
export function serveArguments(spec: BoxSpec, isRoot: boolean, filterFd: number | undefined): readonly string[] {
  const { user, root } = spec.owners;
  return [
    'serve',
    // Root makes the mounts, so that inputs below private folders are reached; then the agent goes into a user
    // namespace, in which not even its root is the host's.
    ...(isRoot && root ? ['--users', String(user.uid), String(root.uid)] : []),
    '--confine',
    filterFd === undefined ? 'none' : String(filterFd),
  ];
}
