import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { SkillFile } from './read-folder.ts';

/**
 * Keeps the files of one version as they are, while the skill's own folder goes on changing. Everybody may read them:
 * the processes of a box are nobody's.
 */
export async function writeSnapshot(folder: string, files: readonly SkillFile[]): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o755 });
  const folders = new Set(files.map(({ path }) => dirname(join(fresh, path))));
  for (const one of folders) await mkdir(one, { recursive: true, mode: 0o755 });
  for (const { path, content, executable } of files) {
    await writeFile(join(fresh, path), content, { mode: executable ? 0o755 : 0o644 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
