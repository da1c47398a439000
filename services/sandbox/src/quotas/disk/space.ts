import type { Owner } from '../../host/workspace-owner.ts';

/** The size of a sandbox's writable space. */
export interface DiskSize {
  /** Bytes, of which the file system itself needs a part: 256 for each inode, and a few hundred thousand. */
  readonly bytes: number;
  /** Files and folders. Rounded up by the file system to what fits its blocks. */
  readonly inodes: number;
}

/** One writable folder of the host for one sandbox. */
export interface DiskSpace {
  readonly path: string;
  /** Bytes that are used. More than the size only where the kernel does not hold it. Throws UNAVAILABLE. */
  used(): Promise<number>;
  /** Removes it with all that is in it. Nothing happens the second time. Throws UNAVAILABLE. */
  release(): Promise<void>;
}

/** Makes, prepares and finds disk spaces below one folder, which is theirs alone. */
export interface DiskSpaces {
  /** `image`: the kernel answers ENOSPC. `measured`: nothing is held, whoever watches ends what is over its size. */
  readonly kind: 'image' | 'measured';
  /** Why it is only measured. */
  readonly why?: string;
  /** An empty space that belongs to `owner`, mode 0700. Throws UNAVAILABLE; nothing is left then. */
  open(init: DiskSize & { readonly owner: Owner }): Promise<DiskSpace>;
  /**
   * From now on `count` spaces of this size are ready ahead; resolves when they are. Each that is taken is replaced
   * beside the work. Zero ends it.
   */
  prepare(size: DiskSize, count: number): Promise<void>;
  /** Removes what an earlier instance left. Returns how many spaces that were. End their sandboxes first. */
  reap(): Promise<number>;
  /** Removes what is ready and not taken. Spaces that are in use stay. */
  close(): Promise<void>;
}
