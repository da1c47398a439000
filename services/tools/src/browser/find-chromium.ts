import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf } from '../files/file-error.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const HOW = 'Install it (Debian: apt-get install chromium), or set tools.browser.executable to its path.';

/** Where the browser may be. */
export interface ChromiumPlaces {
  /** tools.browser.executable. */
  readonly configured: string | undefined;
  /** The environment variable PATH. */
  readonly path: string;
}

/**
 * The absolute path of Chromium, or of Chrome.
 *
 * @throws HoldfastError FAILED_PRECONDITION that says how to get it.
 */
export async function findChromium({ configured, path }: ChromiumPlaces): Promise<string> {
  if (configured !== undefined) {
    if (isAbsolute(configured) && (await isProgram(configured))) return configured;
    const message = `tools.browser.executable is ${configured}, which is no program. Correct it, or leave it out. No PDF was made.`;
    throw new HoldfastError('FAILED_PRECONDITION', message);
  }
  for (const name of NAMES) {
    for (const folder of path.split(delimiter).filter((one) => isAbsolute(one))) {
      const program = join(folder, name);
      if (await isProgram(program)) return program;
    }
  }
  throw new HoldfastError('FAILED_PRECONDITION', `PDF needs Chromium, which was not found. ${HOW} No PDF was made.`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(error))) return false;
    throw error;
  }
}
