import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The data directory where nothing says otherwise. */
export function defaultDataDir(env: Environment): string {
  return join(env['HOME'] || homedir(), '.holdfast');
}

/** An absolute path: relative to `base`, and `~` is the home folder. */
export function absolutePath(text: string, base: string, env: Environment): string {
  if (text === '~' || text.startsWith('~/')) return join(env['HOME'] || homedir(), text.slice(2));
  return isAbsolute(text) ? text : resolve(base, text);
}
