import { lstat, readlink } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { findProgram } from '../../host/find-program.ts';
import { instructions } from '../../host/instructions.ts';
import type { HostRoot, Programs } from './arguments.ts';
import type { BubblewrapHost } from './engine.ts';

const TOP = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Looks for what the engine is made of. Throws SANDBOX_UNAVAILABLE with what to do where something is missing. */
export async function findBubblewrapHost(platform: {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
}): Promise<BubblewrapHost> {
  if (platform.os !== 'linux') throw new HoldfastError('SANDBOX_UNAVAILABLE', instructions(platform.os));
  const programs = await findPrograms();
  return { programs, root: await readRoot(), isRoot: platform.isRoot, arch: platform.arch };
}

async function findPrograms(): Promise<Programs> {
  const names = ['bwrap', 'setpriv', 'prlimit', 'env'] as const;
  const found = await Promise.all(names.map((name) => findProgram(name)));
  const missing = names.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `Not found on this host: ${missing.join(', ')}. ${instructions('linux')}`,
    );
  }
  const [bwrap, setpriv, prlimit, env] = found as [string, string, string, string];
  return { bwrap, setpriv, prlimit, env };
}

async function readRoot(): Promise<HostRoot> {
  const links: [string, string][] = [];
  const folders = ['/usr'];
  for (const path of TOP) {
    const kind = await kindOf(path);
    if (kind === 'link') links.push([path, await readlink(path)]);
    if (kind === 'folder') folders.push(path);
  }
  return { links, folders };
}

async function kindOf(path: string): Promise<'link' | 'folder' | 'none'> {
  try {
    const found = await lstat(path);
    return found.isSymbolicLink() ? 'link' : 'folder';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
}
