import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { parsePlaybook, type Playbook } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';

/**
 * Writes a playbook into a folder, so that a crash leaves all of it or nothing, and never over a file that is there.
 *
 * @returns the playbook as the next start would read it
 * @throws HoldfastError FAILED_PRECONDITION where it could not be read again, ALREADY_EXISTS where there is such a file;
 * nothing is written then.
 */
export async function savePlaybook(dir: string, name: string, markdown: string): Promise<Playbook> {
  const path = join(dir, `${name}.md`);
  const playbook = parsed(markdown, path);
  if (playbook.name !== name) {
    throw new HoldfastError('INTERNAL', `A playbook named "${playbook.name}" cannot be saved as "${name}".`);
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Does not end in .md: what a crash leaves is no playbook.
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(markdown);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link is refused where the name is taken.
    await link(temporary, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    throw new HoldfastError(
      'ALREADY_EXISTS',
      `There is a file ${path} already. Nothing was written; choose another name.`,
      { cause },
    );
  } finally {
    await rm(temporary, { force: true });
  }
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return playbook;
}

function parsed(markdown: string, path: string): Playbook {
  try {
    return parsePlaybook(markdown, path);
  } catch (cause) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      `The run cannot be saved as a playbook. Nothing was written. ${HoldfastError.from(cause).message}`,
      { cause },
    );
  }
}
