import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The owner's key, as the server leaves it in its data directory. */
export async function keyOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'local.key'), 'utf8')).trim();
}
