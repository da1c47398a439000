import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

const SnapshotSchema = z.strictObject({
  /** The key of the guest's kind: a state belongs to one version of QEMU, one kernel, one template and one size. */
  key: z.string(),
  memoryMiB: z.number(),
  cores: z.number(),
  diskBytes: z.number(),
});

/** What is written beside a saved state, to know where it can go on. */
export type Snapshot = z.infer<typeof SnapshotSchema>;

/** Reads it. Throws FAILED_PRECONDITION where the folder holds no saved machine. */
export async function readSnapshot(folder: string): Promise<Snapshot> {
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
