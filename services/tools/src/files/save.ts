import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';

import type { ToolContext } from '../tool.ts';
import { writeAtomically } from './atomic-write.ts';
import { placesOf } from './context.ts';
import { locate } from './virtual-path.ts';
import { ownerOf } from './owner.ts';

/**
 * Writes a file into the run's workspace, whole or not at all, as the user that the run's commands work as.
 *
 * @param path relative to /workspace, or /workspace/...
 * @returns the path as the run sees it
 * @throws HoldfastError REFUSED outside of the workspace, INVALID_ARGUMENT, STORAGE_FULL.
 */
export async function saveFile(context: ToolContext, path: string, content: Uint8Array): Promise<string> {
  const places = placesOf(context);
  const location = locate(path, places);
  if (!location.writable) {
    throw new HoldfastError('REFUSED', `${location.virtual} is only for reading. Write below /workspace.`);
  }
  if (path.endsWith('/')) throw new HoldfastError('INVALID_ARGUMENT', `"${path}" names a folder. Name a file in it.`);
  const key = createHash('sha256').update(context.idempotencyKey).digest('hex').slice(0, 16);
  await writeAtomically({ location, places, content, owner: await ownerOf(context), key });
  return location.virtual;
}
