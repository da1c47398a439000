import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf } from '../../files/file-error.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { type Chunk, type ChunkStore, isChunkKey } from './chunk-store.ts';
import { verified } from './verify.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** As many files are written or read at the same time: their fsyncs then share the disk's. */
const AT_ONCE = 16;

/** Chunks as files of a folder of this machine, in folders by the first two digits of their names. */
export function createFolderChunks(root: string): ChunkStore {
  const pathOf = (key: string): string => {
    if (!isChunkKey(key)) throw new HoldfastError('INTERNAL', 'This is no name of a chunk.');
    return join(root, key.slice(0, 2), key);
  };
  return {
    async put(chunks) {
      try {
        await each(chunks, (chunk) => putFile(pathOf(chunk.key), chunk));
        const folders = new Set(chunks.map(({ key }) => dirname(pathOf(key))));
        await each([...folders], sync);
      } catch (error) {
        throw writeError(error);
      }
    },
    async get(keys) {
      return await each(keys, async (key) => verified(key, await readIfThere(pathOf(key))));
    },
    async remove(keys) {
      await each(keys, (key) => rm(pathOf(key), { force: true }));
    },
    async *list(before) {
      for (const folder of await namesIn(root)) {
        const old: string[] = [];
        for (const name of await namesIn(join(root, folder))) {
          const path = join(root, folder, name);
          if (!((await mtimeOf(path)) < before)) continue;
          if (isChunkKey(name)) old.push(name);
          // What a killed process had not renamed yet; no table knows of it.
          else if (name.endsWith('.tmp')) await rm(path, { force: true });
        }
        yield old;
      }
    },
  };
}

async function putFile(path: string, { bytes }: Chunk): Promise<void> {
  await makeFolder(dirname(path));
  await replaceFile(path, bytes, FILE_MODE);
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (made !== undefined) await sync(dirname(made));
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new HoldfastError('STORAGE_UNAVAILABLE', `A shared file cannot be read (${codeOf(error)}). It is kept.`, {
      cause: error,
    });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
}

async function mtimeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Number.NaN;
    throw error;
  }
}

function writeError(error: unknown): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HoldfastError(
      'STORAGE_FULL',
      'The disk of the shared files is full. This change was not kept; every version stored before is. Make room; the next change then succeeds without a restart.',
      { cause: error, details: { outcome: 'none' } },
    );
  }
  return new HoldfastError(
    'STORAGE_UNAVAILABLE',
    `The folder of the shared files cannot be written (${code || 'unknown reason'}). This change was not kept; every version stored before is. Check the disk and the rights of the data directory.`,
    { cause: error },
  );
}

/** Does `act` to each, {@link AT_ONCE} at a time; rejects with the first failure once none is under way. */
async function each<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(act));
    for (const outcome of settled) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}
