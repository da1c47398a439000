import { createHash } from 'node:crypto';

import type { Template } from './template.ts';

/** Raise it whenever the same declaration would be built into something else than before. */
const BUILDER_VERSION = 1;

/**
 * What an image is found by: the same for declarations that are built alike, whatever their order, their names, or what
 * is only added when a sandbox is made of them.
 *
 * @param arch processor as Node names it: an image is built for one.
 */
export function templateKey({ packages, pip, npm, pull }: Template, arch: string): string {
  const content = [BUILDER_VERSION, arch, sorted(packages ?? []), sorted(pip), sorted(npm), pull ?? ''];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
