import { posix } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

/** The folders that a run sees, on the host. */
export interface Places {
  /** Seen as /workspace. */
  readonly workspace: string;
  /** By name; each seen as /input/<name>. It may be a single file. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** A place in a run's folders. */
export interface Location {
  /** Host path of the folder or file that is mounted. */
  readonly root: string;
  /** Names below the root, none of them empty, `.` or `..`. */
  readonly segments: readonly string[];
  /** As the run sees it: /workspace/... or /input/<name>/... */
  readonly virtual: string;
  readonly writable: boolean;
}

const MAX_PATH_BYTES = 4096;

/**
 * Finds a path as a run writes it: /workspace/..., /input/<name>/..., or relative to /workspace. Pure: whether there is
 * such a file is for the opening to say.
 *
 * @throws HoldfastError INVALID_ARGUMENT for what cannot be a path, REFUSED for one that leads elsewhere.
 */
export function locate(path: string, places: Places): Location {
  if (path.includes('\0')) throw new HoldfastError('INVALID_ARGUMENT', 'The path holds a NUL character.');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new HoldfastError('INVALID_ARGUMENT', `The path is longer than ${MAX_PATH_BYTES} bytes.`);
  }
  const virtual = posix.resolve('/workspace', path === '' ? '.' : path);
  const [top = '', ...below] = virtual.split('/').filter((segment) => segment !== '');
  if (top === 'workspace') return { root: places.workspace, segments: below, virtual, writable: true };
  if (top !== 'input') throw elsewhere(path, places);
  const [name = '', ...segments] = below;
  const root = places.inputs.get(name);
  if (root === undefined) throw elsewhere(path, places);
  return { root, segments, virtual, writable: false };
}

function elsewhere(path: string, { inputs }: Places): HoldfastError {
  const seen = ['/workspace', ...[...inputs.keys()].map((name) => `/input/${name}`)];
  return new HoldfastError(
    'REFUSED',
    `"${path}" lies outside the folders of this run. Files lie under ${seen.join(', ')}; other paths are relative to /workspace.`,
  );
}
