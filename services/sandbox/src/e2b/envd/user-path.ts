import { posix } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { SandboxUser } from '../../sandboxes/box.ts';
import { homeOf } from '../../sandboxes/live-sandbox.ts';

/**
 * The user of that name; without a name, the default one.
 *
 * @throws HoldfastError UNAUTHENTICATED where there is none, as E2B answers.
 */
export function userOf(name: string | undefined): SandboxUser {
  if (name === undefined || name === '' || name === 'user') return 'user';
  if (name === 'root') return 'root';
  throw new HoldfastError('UNAUTHENTICATED', `There is no user '${name}' in this sandbox; there are user and root.`);
}

/** The user that an `Authorization: Basic` header names. */
export function userOfHeader(authorization: string | null | undefined): SandboxUser {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return 'user';
  const [name] = Buffer.from(encoded, 'base64').toString().split(':');
  return userOf(name);
}

/**
 * A path as envd understands it: relative to the home of the user, which is also what `~` and an empty path are.
 *
 * @throws HoldfastError INVALID_ARGUMENT for the home of somebody else, or a NUL character.
 */
export function absolutePath(path: string, user: SandboxUser): string {
  if (path.includes('\0')) throw new HoldfastError('INVALID_ARGUMENT', 'A path holds a NUL character.');
  const home = homeOf(user);
  if (path === '~' || path.startsWith('~/')) return clean(posix.join(home, path.slice(1)));
  if (path.startsWith('~')) {
    throw new HoldfastError('INVALID_ARGUMENT', `The path '${path}' names the home of another user; write it out.`);
  }
  return clean(posix.resolve(home, path));
}

function clean(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
