/** How much of a workspace is looked at and kept. */
export interface Bounds {
  /** Files, and folders, of one look. */
  readonly entries: number;
  /** The largest file that is kept, bytes. */
  readonly keepBytes: number;
  /** What one run keeps in all, bytes. */
  readonly storeBytes: number;
  /** The largest file that is read at all, bytes: a file with a hole costs a command nothing. */
  readonly readBytes: number;
}

const MiB = 1024 * 1024;

/** What docs/tools.md promises. */
export const BOUNDS: Bounds = {
  entries: 20_000,
  keepBytes: 8 * MiB,
  storeBytes: 256 * MiB,
  readBytes: 256 * MiB,
};
