import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

const BuildSchema = z.object({ cdn_base: z.string() });

/** The built console: its one page, and where its assets come from. */
export interface ConsoleFiles {
  readonly folder: string;
  /** `index.html`. */
  readonly page: string;
  /** The origin of a CDN, or empty: from here. */
  readonly cdnOrigin: string;
}

/**
 * Reads the built console.
 *
 * @returns undefined where it was not built.
 * @throws Error where its files are there and cannot be read.
 */
export async function readConsole(folder: string): Promise<ConsoleFiles | undefined> {
  try {
    const [page, about] = await Promise.all([
      readFile(join(folder, 'index.html'), 'utf8'),
      readFile(join(folder, 'build.json'), 'utf8'),
    ]);
    const { cdn_base: base } = BuildSchema.parse(JSON.parse(about));
    return { folder, page, cdnOrigin: base === '' ? '' : new URL(base).origin };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
