import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { parsePlaybook } from './parse.ts';
import type { Playbook } from './playbook.ts';

/** The playbooks of some folders, and what is wrong with those that cannot be used. */
export interface LoadedPlaybooks {
  readonly playbooks: readonly Playbook[];
  /** One CONFIG_INVALID per file that was left out. */
  readonly problems: readonly HoldfastError[];
}

/**
 * Reads every `*.md` of `dirs` but README.md, folders in the order given, files by name. A folder that is not there
 * holds none. Of two playbooks with one name the first is taken; the second is a problem.
 */
export async function loadPlaybooks(dirs: readonly string[]): Promise<LoadedPlaybooks> {
  const playbooks = new Map<string, Playbook>();
  const problems: HoldfastError[] = [];
  for (const dir of dirs) {
    for (const file of await filesOf(dir)) {
      try {
        const playbook = parsePlaybook(await readFile(file, 'utf8'), file);
        const first = playbooks.get(playbook.name);
        if (first) {
          throw new HoldfastError(
            'CONFIG_INVALID',
            `The playbook ${file} is left out: ${first.file} has the name "${playbook.name}" already. Rename one of them.`,
          );
        }
        playbooks.set(playbook.name, playbook);
      } catch (error) {
        problems.push(HoldfastError.from(error, 'CONFIG_INVALID', `The playbook ${file} cannot be read.`));
      }
    }
  }
  return { playbooks: [...playbooks.values()], problems };
}

async function filesOf(dir: string): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .sort()
      .map((name) => join(dir, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new HoldfastError('CONFIG_INVALID', `The folder of playbooks ${dir} cannot be read.`, { cause: error });
  }
}
