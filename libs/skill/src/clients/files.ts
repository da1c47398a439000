import type { Ask } from '../ask.ts';

/** The files of the run whose call is being answered: `/workspace` and `/input/<name>`. */
export interface SkillFiles {
  /** At most 4 MiB. @throws SkillError NOT_FOUND, TOO_LARGE, REFUSED. */
  read(path: string): Promise<Uint8Array>;
  /** The same as text in UTF-8. */
  readText(path: string): Promise<string>;
  /** Puts a whole file below /workspace in one step, and resolves to its path there: it is an artifact of the call. */
  write(path: string, content: Uint8Array | string): Promise<string>;
}

/** A client over the service's own file functions. */
export function filesClient(ask: Ask): SkillFiles {
  const read = async (path: string): Promise<Uint8Array> =>
    Buffer.from((await ask('files', 'read', { path })) as string, 'base64');
  return {
    read,
    readText: async (path) => Buffer.from(await read(path)).toString('utf8'),
    write: async (path, content) =>
      (await ask('files', 'write', { path, content: Buffer.from(content).toString('base64') })) as string,
  };
}
