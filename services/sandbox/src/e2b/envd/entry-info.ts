import { posix } from 'node:path';

import { create, filesystempb } from '@holdfast/protocol';

import type { FileEntry } from '../../sandboxes/files.ts';

const TYPES = {
  file: filesystempb.FileType.FILE,
  directory: filesystempb.FileType.DIRECTORY,
  symlink: filesystempb.FileType.SYMLINK,
  other: filesystempb.FileType.UNSPECIFIED,
} as const;
const LETTERS = { file: '-', directory: 'd', symlink: 'L', other: '?' } as const;
const PERMISSION_BITS = 0o777;

/** An entry as envd describes it. `path` replaces its own, where it was asked for by another. */
export function entryInfo(entry: FileEntry, path = entry.path): filesystempb.EntryInfo {
  const seconds = Math.floor(entry.modifiedAt / 1000);
  return create(filesystempb.EntryInfoSchema, {
    name: posix.basename(path),
    type: TYPES[entry.type],
    path,
    size: BigInt(entry.size),
    mode: entry.mode & PERMISSION_BITS,
    permissions: permissionsOf(entry),
    owner: entry.owner,
    group: entry.group,
    modifiedTime: { seconds: BigInt(seconds), nanos: Math.floor((entry.modifiedAt - seconds * 1000) * 1_000_000) },
    metadata: { ...entry.metadata },
    ...(entry.symlinkTarget === undefined
      ? {}
      : { symlinkTarget: posix.resolve(posix.dirname(path), entry.symlinkTarget) }),
  });
}

function permissionsOf({ type, mode }: FileEntry): string {
  const bits = 'rwxrwxrwx';
  const shown = Array.from(bits, (letter, at) => ((mode >> (bits.length - 1 - at)) & 1 ? letter : '-'));
  return LETTERS[type] + shown.join('');
}
