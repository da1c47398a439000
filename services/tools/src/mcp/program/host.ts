import { readFile, realpath, stat } from 'node:fs/promises';

/** What the plan of a program has to know of the host. */
export interface Host {
  /** The home folder of whoever runs the platform. */
  readonly home: string;
  /** The platform's data directory. */
  readonly dataDir: string;
  /** The folders of the host's PATH. */
  readonly path: readonly string[];
  /** What is there, links followed; undefined: nothing, or nothing that can be reached. */
  kind(path: string): Promise<'file' | 'folder' | undefined>;
  /** The path without links. @throws Error where there is nothing */
  real(path: string): Promise<string>;
  /** A text file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
}

/** The host that this runs on. */
export function thisHost(env: Readonly<Record<string, string | undefined>>, home: string, dataDir: string): Host {
  return {
    home,
    dataDir,
    path: (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')),
    async kind(path) {
      const found = await stat(path).catch(absent);
      return found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : undefined;
    },
    real: (path) => realpath(path),
    read: (path) => readFile(path, 'utf8').catch(absent),
  };
}

/** What does not exist as a path is no path: arguments may look like one. */
function absent(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^(?:ENOENT|ENOTDIR|EACCES|ELOOP|ENAMETOOLONG|EISDIR|ERR_INVALID_ARG_VALUE)$/.test(code)) {
    return undefined;
  }
  throw error;
}
