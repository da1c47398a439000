import { execFile } from 'node:child_process';
import { readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

import { findProgram } from '../../host/find-program.ts';

const run = promisify(execFile);
/** A guest that is killed takes its disk with it, and one that is saved is saved with its memory: no journal is needed. */
const FEATURES = ['-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard', '-m', '0'];
/** Beside the files themselves: their blocks are whole, and the file system has tables. */
const SPARE_BYTES = 64 * 1024 * 1024;

/** An empty ext4 disk of so many bytes, of which the file holds only what is used. Throws SANDBOX_UNAVAILABLE. */
export async function makeDisk(file: string, bytes: number): Promise<void> {
  await writeFile(file, '', { mode: 0o600 });
  await truncate(file, bytes);
  await run(await mkfs(), ['-q', '-F', ...FEATURES, file]);
}

/** A disk with the unpacked root of a template, made without mounting anything. It appears whole or not at all. */
export async function makeTemplateDisk(file: string, root: string): Promise<void> {
  const half = `${file}.half`;
  try {
    await writeFile(half, '', { mode: 0o600 });
    const { bytes, entries } = await sizeOf(root);
    await truncate(half, Math.ceil((bytes * 1.1 + SPARE_BYTES) / 4096) * 4096);
    await run(await mkfs(), ['-q', '-F', ...FEATURES, '-N', String(entries + 1024), '-d', root, half]);
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
}

/** Copies a disk; holes stay holes, and where the host's file system can, nothing is copied at all. */
export async function copyDisk(from: string, to: string): Promise<void> {
  await run('cp', ['--sparse=always', '--reflink=auto', '--', from, to]);
}

async function mkfs(): Promise<string> {
  const program = await findProgram('mkfs.ext4');
  if (program !== undefined) return program;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    'mkfs.ext4, which makes the disks of virtual machines, is not on this host. Install the Debian package e2fsprogs. ' +
      'Nothing was run.',
  );
}

async function sizeOf(root: string): Promise<{ bytes: number; entries: number }> {
  let [bytes, entries] = [0, 0];
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    entries += 1;
    bytes += entry.isFile() ? Math.ceil((await stat(join(entry.parentPath, entry.name))).size / 4096) * 4096 : 4096;
  }
  return { bytes, entries };
}
