import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

const NAME = 'image.json';

const RecordSchema = z.object({
  /** Of the declarations that it was made for. */
  keys: z.array(z.string()),
  /** Bytes that it takes in container engines, by their names. */
  containers: z.record(z.string(), z.number()),
});

/** What is kept beside an image. */
export type ImageRecord = z.infer<typeof RecordSchema>;

/** Writes it as a whole or not at all. */
export async function writeRecord(folder: string, record: ImageRecord): Promise<void> {
  const path = join(folder, NAME);
  await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Throws STORAGE_CORRUPT when there is none, or it cannot be read. */
export async function readRecord(folder: string): Promise<ImageRecord> {
  try {
    return RecordSchema.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
  } catch (cause) {
    throw new HoldfastError('STORAGE_CORRUPT', `The image in ${folder} has no readable ${NAME}.`, { cause });
  }
}
