import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { OAuthTokens, StoredOAuthClientInformation } from '@modelcontextprotocol/client';

import { replaceFile } from '../../files/replace-file.ts';

/** What is kept of a login. */
export interface Login {
  readonly client?: StoredOAuthClientInformation;
  readonly tokens?: OAuthTokens;
}

/** The logins at MCP servers, one file each that only this user can read. */
export class TokenStore {
  /** Refreshes that are under way or were just made. */
  readonly refreshes = new Map<string, Promise<Response>>();
  readonly #folder: string;

  /** @param folder made when something is first kept, with mode 0700 */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The login at a server; empty where there is none. @throws Error where the file is damaged */
  async read(server: string): Promise<Login> {
    try {
      return JSON.parse(await readFile(this.#path(server), 'utf8')) as Login;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }

  /** Replaces what is kept, in one step. */
  async write(server: string, login: Login): Promise<void> {
    await writePrivately(this.#path(server), `${JSON.stringify(login)}\n`);
  }

  /** Forgets a login. */
  async remove(server: string): Promise<void> {
    await rm(this.#path(server), { force: true });
  }

  #path(server: string): string {
    return join(this.#folder, `${encodeURIComponent(server)}.json`);
  }
}

/** Writes a file of mode 0600 in one step: a reader sees the old content or the new one, also after a crash. */
export async function writePrivately(path: string, content: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(path, content, 0o600);
}
