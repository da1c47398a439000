import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('../../../../scripts/build-console.mjs', import.meta.url));
const DIST = fileURLToPath(new URL('../../../../apps/console/dist', import.meta.url));

/** One file of the build as it is sent to a browser that takes Brotli. */
export interface SentFile {
  /** Below the folder of the build. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** The built console. */
export interface BuiltConsole {
  readonly folder: string;
  /** `index.html`. */
  readonly page: string;
  /** All scripts and styles, as `build.json` lists them. */
  readonly assets: readonly string[];
  /** What the page loads at once. */
  readonly initial: readonly string[];
  /** What a module that is imported lazily adds to it, by its path below `apps/console/src`. */
  readonly lazy: Readonly<Record<string, readonly string[]>>;
  readonly read: (name: string) => string;
  readonly sent: (name: string) => SentFile;
}

/**
 * Builds the console, if what lies in the folder is not of today's sources, and reads what was built.
 *
 * @param out the folder; left out: the console's own
 * @param env what is added to the environment, such as CDN_BASE
 * @throws Error with what the build printed, where it fails.
 */
export async function builtConsole(out = DIST, env: Record<string, string> = {}): Promise<BuiltConsole> {
  const options = { env: { ...process.env, CDN_BASE: '', ...env } };
  await promisify(execFile)(process.execPath, [BUILD, '--if-stale', '--out', out], options);
  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  const about = JSON.parse(read('build.json')) as Pick<BuiltConsole, 'assets' | 'initial' | 'lazy'>;
  return {
    ...about,
    folder: out,
    page: read('index.html'),
    read,
    sent: (name) => {
      const path = join(out, name);
      // Where Brotli would gain nothing, no such file is made.
      return { name, size: readFileSync(existsSync(`${path}.br`) ? `${path}.br` : path).length };
    },
  };
}
