import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { ShelfFiles } from './row-file.ts';

const MANIFEST = 'manifest.json';
const FORMAT = 1;

/** Which files an index is made of. What is not named in it is no part of the index, and is removed. */
export interface Manifest {
  readonly format: number;
  readonly embedder: string;
  readonly dimensions: number;
  readonly applied: number;
  /** Rises with each writing: files of two writings never have the same name. */
  readonly writing: number;
  readonly shelves: readonly ShelfFiles[];
}

/** Reads a manifest; undefined: there is none. A text says what is wrong with it. */
export async function readManifest(
  dir: string,
  embedder: string,
  dimensions: number,
): Promise<Manifest | string | undefined> {
  let text: string;
  try {
    text = await readFile(join(dir, MANIFEST), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return `the manifest cannot be read (${(error as Error).message})`;
  }
  const end = text.indexOf('\n');
  const content = text.slice(end + 1);
  if (end < 0 || Number(text.slice(0, end)) !== crc32(content)) return 'the manifest is damaged';
  const manifest = JSON.parse(content) as Manifest;
  if (manifest.format !== FORMAT) return `the manifest has the format ${manifest.format}`;
  if (manifest.embedder !== embedder) return `the files are of the embedder "${manifest.embedder}"`;
  if (manifest.dimensions !== dimensions) return `the files have ${manifest.dimensions} dimensions`;
  return manifest;
}

/** The embedder that a folder's index is of; undefined where that cannot be read. */
export async function embedderOf(dir: string): Promise<string | undefined> {
  const text = await readFile(join(dir, MANIFEST), 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const content = text.slice(end + 1);
  if (end < 0 || Number(text.slice(0, end)) !== crc32(content)) return undefined;
  return (JSON.parse(content) as Manifest).embedder;
}

/** Puts a manifest in the place of the one before; on the disk when it resolves. Called with `written` before the change. */
export async function writeManifest(
  dir: string,
  manifest: Omit<Manifest, 'format'>,
  written: () => void,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const content = JSON.stringify({ format: FORMAT, ...manifest });
  const fresh = join(dir, `${MANIFEST}.tmp`);
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(`${crc32(content)}\n${content}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  written();
  await rename(fresh, join(dir, MANIFEST));
  await syncFolder(dir);
}

/** Removes files that the manifest does not name: of a writing that was interrupted, or of the one before. */
export async function removeStrays(dir: string, manifest: Pick<Manifest, 'shelves'>): Promise<void> {
  const named = new Set(manifest.shelves.flatMap(({ rows, graph }) => [rows.file, graph?.file]));
  const names = await readdir(dir);
  const strays = names.filter((name) => name !== MANIFEST && !named.has(name));
  await Promise.all(strays.map((name) => rm(join(dir, name), { force: true })));
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
