import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

const SnapshotSchema = z.strictObject({
  /** A state belongs to one version, one kernel and one first file system. */
  version: z.string(),
  kernel: z.string(),
  initramfs: z.string(),
  memoryMiB: z.number(),
  cores: z.number(),
  hasTemplate: z.boolean(),
});

/** What is written beside a saved machine, to know where it can go on. */
export type FirecrackerSnapshot = z.infer<typeof SnapshotSchema>;

/** Reads it. Throws FAILED_PRECONDITION where the folder holds no saved machine. */
export async function readSnapshot(folder: string): Promise<FirecrackerSnapshot> {
  try {
    return SnapshotSchema.parse(JSON.parse(await readFile(join(folder, 'guest.json'), 'utf8')));
  } catch (error) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      'This snapshot was not made by this engine, or is damaged; it was not changed. Make a new sandbox.',
      { cause: error },
    );
  }
}
