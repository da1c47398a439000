import type { Owner } from '../../host/workspace-owner.ts';
import type { BoxSpec } from '../engine.ts';

const PAGE_BYTES = 4096;

/** A folder of a box that lies in memory: it counts as memory of the box, and goes with it. */
export interface MemoryFolder {
  readonly path: string;
  readonly bytes: number;
  /** Left out: it is everybody's, as /tmp is. */
  readonly owner?: Owner;
}

/** What a box may write to, beside its mounts. `volumes` are the folders that its image declares to be written to. */
export function memoryFolders({ limits, owners, home }: BoxSpec, volumes: readonly string[]): MemoryFolder[] {
  const { user, root } = owners;
  const own = [
    // Left alone, the engine would make a folder on the host's disk for each, without a limit.
    ...volumes.map((path) => ({ path, bytes: limits.tmpBytes, owner: user })),
    { path: '/run', bytes: limits.tmpBytes, owner: root ?? user },
    ...(root ? [{ path: '/root', bytes: limits.tmpBytes, owner: root }] : []),
    ...(home === undefined ? [{ path: '/home/user', bytes: limits.diskBytes, owner: user }] : []),
  ];
  const shared = ['/tmp', '/var/tmp'].map((path) => ({ path, bytes: limits.tmpBytes }));
  // A path that stands here for several reasons counts once, for the last.
  return [...new Map([...own, ...shared].map((folder) => [folder.path, folder])).values()];
}

/**
 * The options of the engines' own kind of tmpfs. Where the image has the folder, its mode counts instead of this one:
 * that is how runc does it.
 */
export function tmpfsOptions({ bytes, owner }: MemoryFolder): string {
  const who = owner ? `mode=0755,uid=${owner.uid},gid=${owner.gid}` : 'mode=1777';
  return `rw,exec,nosuid,nodev,size=${bytes},${who}`;
}

/** The same for a volume that is one: Podman knows owners only there, and takes `size` for a quota of a disk. */
export function volumeOptions({ bytes, owner }: MemoryFolder): string {
  const who = owner ? `mode=0755,uid=${owner.uid},gid=${owner.gid}` : 'mode=1777';
  return `nosuid,nodev,nr_blocks=${Math.ceil(bytes / PAGE_BYTES)},${who}`;
}
