import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Identity } from '../auth/identity.ts';
import { isAtLeast } from '../auth/roles.ts';

/** Where inputs may lie. */
export interface InputRules {
  /** Never an input, nor what contains it: it holds the keys of the platform. */
  readonly dataDir: string;
  /** Folders below which operators may name inputs. */
  readonly roots: readonly string[];
}

const SYSTEM = ['/proc', '/sys', '/dev'];

/**
 * Checks whether this caller may have a run read this path of the host. Owners and admins may name any path but the
 * data directory and the kernel's file systems; operators only what lies below the configured folders. A symbolic link
 * counts as what it leads to. Whether there is such a path is for the agent service to say.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a path that is not absolute, PERMISSION_DENIED for one that is off limits.
 */
export async function checkInputPath(rules: InputRules, by: Identity, path: string): Promise<void> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new HoldfastError('INVALID_ARGUMENT', `The input ${JSON.stringify(path)} is not an absolute path.`);
  }
  const named = resolve(path);
  const real = await realOf(named);
  const dataDirs = [resolve(rules.dataDir), await realOf(resolve(rules.dataDir))];
  for (const place of [named, real]) {
    for (const dir of [...dataDirs, ...SYSTEM]) {
      if (!isWithin(place, dir) && !isWithin(dir, place)) continue;
      const why = isWithin(place, dir) ? `it lies in ${dir}` : `it contains ${dir}`;
      throw new HoldfastError('PERMISSION_DENIED', `${path} cannot be an input: ${why}. Nothing was started.`);
    }
  }
  if (isAtLeast(by.role, 'admin')) return;
  for (const root of rules.roots) {
    if (isWithin(real, await realOf(resolve(root)))) return;
  }
  const where = rules.roots.length === 0 ? 'none is configured' : rules.roots.join(', ');
  throw new HoldfastError(
    'PERMISSION_DENIED',
    `${path} cannot be an input: as ${by.role} you may name what lies below gateway.inputs.roots (${where}). Nothing was started.`,
  );
}

/** Whether `path` is `folder` or lies in it. Both absolute and normalised. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** What a path leads to; where there is nothing, or it cannot be seen from here, the path itself. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return path;
    throw error;
  }
}
