import type { Box, BoxSpec } from '../engine.ts';
import { restoreFiles } from '../saved-files.ts';

/** A new box with the files that another one's snapshot holds. Throws what `create` and `restoreFiles` throw. */
export async function restoreBox(create: (spec: BoxSpec) => Promise<Box>, folder: string, spec: BoxSpec): Promise<Box> {
  const box = await create(spec);
  try {
    await restoreFiles(box.agent, folder);
    return box;
  } catch (error) {
    await box.destroy();
    throw error;
  }
}
