import { stat } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { ToolContext } from '../tool.ts';

/**
 * The user that commands of this run work as: it must be able to change what is written here. Only a service that is
 * root gives files away; the sandbox is made first, since it is what gives the workspace its owner.
 */
export async function ownerOf(context: ToolContext): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    await context.ready();
  } catch (error) {
    // Where nothing can be run there is nobody to share the file with.
    if (HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) return undefined;
    throw error;
  }
  const { uid, gid } = await stat(context.workspace);
  return { uid, gid };
}
