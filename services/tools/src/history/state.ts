/** One content of a file. */
export interface Version {
  /** Hex; empty for a file that is too large to be read, or that may not be. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Whether its content is in the store. */
  readonly kept: boolean;
  /** Has a NUL byte in its first 8 KB. */
  readonly binary: boolean;
}

/** A version of a file, and what the file system said of it when it was read. */
export interface Known extends Version {
  /** Size, times and inode; while they stay the same, the content is not read again. Empty: read it again. */
  readonly stamp: string;
}

/** The files of a workspace at one moment. Paths are relative to it. */
export interface State {
  readonly files: Map<string, Known>;
  readonly folders: Set<string>;
}

/** How one state became another. */
export interface Change {
  /** null: the file is gone. */
  readonly files: readonly { readonly path: string; readonly after: Known | null }[];
  readonly made: readonly string[];
  readonly removed: readonly string[];
}

/** A workspace with nothing in it. */
export function emptyState(): State {
  return { files: new Map(), folders: new Set() };
}

/** Moves a state on. */
export function apply(state: State, change: Change): void {
  for (const { path, after } of change.files) {
    if (after) state.files.set(path, after);
    else state.files.delete(path);
  }
  for (const path of change.made) state.folders.add(path);
  for (const path of change.removed) state.folders.delete(path);
}

/** Whether two versions of a file are the same to a person. Where its content is not known, its stamp has to do. */
export function isSame(one: Known | undefined, other: Known | undefined): boolean {
  if (!one || !other) return one === other;
  if (one.mode !== other.mode || one.sha256 !== other.sha256) return false;
  return one.sha256 !== '' || one.stamp === other.stamp;
}
