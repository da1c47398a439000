import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../files/file-error.ts';
import { syncFolder } from './log.ts';

/** The contents of files, each under the SHA-256 of itself, so that the same content is kept once. */
export class Objects {
  readonly #folder: string;
  #isMade = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async has(sha256: string): Promise<boolean> {
    return stat(this.#path(sha256)).then(
      () => true,
      (error: unknown) => absent(error, false),
    );
  }

  /** Keeps a content. Its bytes are on the disk when this resolves; its name is after {@link sync}. */
  async put(sha256: string, content: Uint8Array): Promise<void> {
    await this.#make();
    const temporary = join(this.#folder, `${sha256}.tmp`);
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path(sha256));
  }

  /** A content; undefined where it is not kept, or no longer what it was. */
  async get(sha256: string): Promise<Buffer | undefined> {
    const content = await readFile(this.#path(sha256)).catch((error: unknown) => absent(error, undefined));
    return content && createHash('sha256').update(content).digest('hex') === sha256 ? content : undefined;
  }

  /** Takes over a content that another store keeps; it shares the disk with it where the file system can. */
  async adopt(other: Objects, sha256: string): Promise<void> {
    await this.#make();
    try {
      await link(other.#path(sha256), this.#path(sha256));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return;
      await copyFile(other.#path(sha256), this.#path(sha256));
    }
  }

  /** Makes the names of all that was put durable. */
  async sync(): Promise<void> {
    if (this.#isMade) await syncFolder(this.#folder);
  }

  async #make(): Promise<void> {
    if (this.#isMade) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    this.#isMade = true;
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256);
  }
}

function absent<T>(error: unknown, instead: T): T {
  if (codeOf(error) === 'ENOENT') return instead;
  throw error;
}
