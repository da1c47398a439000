import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, linkSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../files/file-error.ts';
import { syncFolder } from './log.ts';
import { syncFile, writePart } from './parts.ts';

/** The contents of files, each under the SHA-256 of itself, so that the same content is kept once. */
export class Objects {
  readonly #folder: string;
  #isMade = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(sha256: string): boolean {
    return existsSync(this.#path(sha256));
  }

  /** Keeps a content: its bytes are on the disk when this resolves, if `durable`; its name is after {@link sync}. */
  async put(sha256: string, content: Uint8Array, durable: boolean): Promise<void> {
    this.#make();
    const temporary = `${this.#path(sha256)}.tmp`;
    const fd = openSync(temporary, 'w', 0o600);
    try {
      await writePart(fd, content, 0);
      if (durable) await syncFile(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, this.#path(sha256));
  }

  /** A content; undefined where it is not kept, or no longer what it was. */
  async get(sha256: string): Promise<Buffer | undefined> {
    const content = await readFile(this.#path(sha256)).catch((error: unknown) => absent(error, undefined));
    return content && createHash('sha256').update(content).digest('hex') === sha256 ? content : undefined;
  }

  /** Takes over a content that another store keeps, and shares the disk with it. */
  adopt(other: Objects, sha256: string): void {
    this.#make();
    try {
      linkSync(other.#path(sha256), this.#path(sha256));
    } catch (error) {
      // ENOENT: what is lost there is not kept here either.
      if (['EEXIST', 'ENOENT'].includes(codeOf(error))) return;
      copyFileSync(other.#path(sha256), this.#path(sha256));
    }
  }

  /** Makes the names of all that was put durable. */
  async sync(): Promise<void> {
    if (this.#isMade) await syncFolder(this.#folder);
  }

  #make(): void {
    if (this.#isMade) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
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
