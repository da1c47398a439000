import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readConfigFile } from '../../config/file.ts';
import { absolutePath, defaultDataDir, type Environment } from '../../config/paths.ts';

/** Where the server is and who we are. */
export interface Target {
  readonly url: string;
  /** Empty: no key is known. */
  readonly key: string;
}

/** What `up` leaves in the data directory so that the command line finds it. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
}

/** What the user said about it. */
export interface TargetOptions {
  readonly env: Environment;
  readonly cwd: string;
  readonly url?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
}

export const SERVER_FILE = 'server.json';
export const KEY_FILE = 'local.key';

/** The data directory, without checking the rest of the configuration. */
export async function locateDataDir(options: TargetOptions): Promise<string> {
  const { env, cwd } = options;
  const named = options.dataDir ?? env['HOLDFAST_DATA_DIR'];
  if (named) return absolutePath(named, cwd, env);
  const dataDir = defaultDataDir(env);
  const file = await readConfigFile({
    explicit: options.config ?? (env['HOLDFAST_CONFIG'] || undefined),
    cwd,
    dataDir,
  });
  const inFile = file?.value['data_dir'];
  return file && typeof inFile === 'string' ? absolutePath(inFile, dirname(file.path), env) : dataDir;
}

/**
 * Finds the server: --url, HOLDFAST_URL, else the one that said in the data directory where it listens. Undefined:
 * none is named and none runs here. The local key goes to the local server only, never to an address that was typed.
 */
export async function findTarget(options: TargetOptions): Promise<Target | undefined> {
  const dataDir = await locateDataDir(options);
  const local = await readServerFile(dataDir);
  const named = options.url ?? (options.env['HOLDFAST_URL'] || undefined);
  const url = (named ?? local?.url)?.replace(/\/+$/, '');
  if (url === undefined) return undefined;
  const own = options.env['HOLDFAST_API_KEY'];
  if (own) return { url, key: own };
  const isLocal = local !== undefined && url === local.url.replace(/\/+$/, '');
  return { url, key: isLocal ? ((await readText(join(dataDir, KEY_FILE))) ?? '').trim() : '' };
}

/** What the server of this data directory said of itself; undefined where it is not there or not readable. */
export async function readServerFile(dataDir: string): Promise<ServerFile | undefined> {
  const text = await readText(join(dataDir, SERVER_FILE));
  if (text === undefined) return undefined;
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || !('url' in parsed) || typeof parsed.url !== 'string')
    return undefined;
  return { url: parsed.url, pid: 'pid' in parsed && typeof parsed.pid === 'number' ? parsed.pid : 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half written, by a server that was killed: the same as none.
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}
