import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DEFAULT_TENANT, type Identity } from './identity.ts';
import { scopesOf } from './roles.ts';
import { formatKey, hashSecret, newSecret, parseKey, sameHash } from './secrets.ts';

const ID = 'local';

/**
 * The key of whoever can read the data directory: made anew at each start, kept in memory as a hash, and as a file that
 * only the user of this process can read.
 */
export class LocalKey {
  readonly #path: string;
  readonly #random: (bytes: number) => Uint8Array;
  #key: string | undefined;

  constructor(dataDir: string, random: (bytes: number) => Uint8Array) {
    this.#path = join(dataDir, 'local.key');
    this.#random = random;
  }

  /** Writes the file. A reader sees the old key or the new one, never half of one. */
  async write(): Promise<void> {
    const key = formatKey(ID, newSecret(this.#random));
    const draft = `${this.#path}.new`;
    await rm(draft, { force: true });
    await writeFile(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, this.#path);
    this.#key = key;
  }

  /** Takes the file away, unless another process has put its own there. */
  async remove(): Promise<void> {
    const key = this.#key;
    this.#key = undefined;
    if (key === undefined) return;
    const stored = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
    if (stored.trim() === key) await rm(this.#path, { force: true });
  }

  /** The owner, if this is the key of this start. */
  identify(text: string): Identity | undefined {
    if (this.#key === undefined || parseKey(text)?.id !== ID) return undefined;
    if (!sameHash(hashSecret(text), hashSecret(this.#key))) return undefined;
    return {
      kind: 'local',
      subject: 'local',
      tenant: DEFAULT_TENANT,
      role: 'owner',
      scopes: new Set(scopesOf('owner')),
      userId: null,
    };
  }
}
