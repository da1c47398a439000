import type { Readable } from 'node:stream';

import type { SandboxUser } from './box.ts';

/** A file, folder or link in a sandbox. */
export interface FileEntry {
  readonly name: string;
  /** Absolute, as seen inside. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  /** Permission bits, with those for set-user-id, set-group-id and sticky. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Where a link points, as written in it. */
  readonly symlinkTarget?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a file holds. */
export interface FileContent {
  readonly stream: Readable;
  /** Left out where it is not known before the end. */
  readonly size?: number;
}

/** Something that happened below a watched folder. */
export interface FileEvent {
  /** Relative to the watched folder. */
  readonly name: string;
  readonly type: 'create' | 'write' | 'remove' | 'rename' | 'chmod';
}

/** A folder that is being watched. */
export interface FileWatch {
  /** Ends when the watch is closed; throws when it breaks. */
  readonly events: AsyncIterable<FileEvent>;
  close(): void;
}

/**
 * Files of one sandbox. Paths are absolute. All are read and written inside, as the user: no symbolic link or `..` leads
 * out. Every method rejects with HoldfastError NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION (not a folder, a
 * folder, not empty), ALREADY_EXISTS or STORAGE_FULL.
 */
export interface SandboxFiles {
  /** Of the path itself: a link is not followed. */
  stat(path: string, user: SandboxUser): Promise<FileEntry>;
  /** What a folder holds, down to `depth` levels, each folder before what is in it, by name. */
  list(path: string, depth: number, user: SandboxUser): Promise<readonly FileEntry[]>;
  /** Links are followed. */
  read(path: string, user: SandboxUser): Promise<FileContent>;
  /** Makes the folders above it, replaces what is there, with its metadata. */
  write(
    path: string,
    source: Readable,
    options: { readonly user: SandboxUser; readonly metadata: Readonly<Record<string, string>> },
  ): Promise<void>;
  /** With the folders above it. ALREADY_EXISTS where there is one. */
  makeDir(path: string, user: SandboxUser): Promise<void>;
  move(source: string, destination: string, user: SandboxUser): Promise<void>;
  /** With all that is in it. What is not there is no error. */
  remove(path: string, user: SandboxUser): Promise<void>;
  watch(path: string, options: { readonly recursive: boolean; readonly user: SandboxUser }): Promise<FileWatch>;
}
