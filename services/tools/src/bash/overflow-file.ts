import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { placesOf } from '../files/context.ts';
import { locate } from '../files/virtual-path.ts';
import { holdParent } from '../files/walk.ts';
import { ownerOf } from '../files/owner.ts';
import type { ToolContext } from '../tool.ts';
import type { Overflow } from './output.ts';

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Opens the file of the workspace that keeps one stream of a call. No link is followed: commands of the run could have
 * put one in its place. A repeated call begins the file anew.
 *
 * @throws HoldfastError as `holdParent` does; a system error where the file cannot be made.
 */
export async function openOverflow(context: ToolContext, stream: 'stdout' | 'stderr'): Promise<Overflow> {
  const name = `${context.actionId.replaceAll(/[^\w-]/g, '_').slice(0, 120)}.${stream}`;
  const path = `/workspace/.holdfast/output/${name}`;
  const places = placesOf(context);
  const owner = await ownerOf(context);
  const folder = await holdParent(locate(path, places), places, {
    made: async (made) => {
      if (owner) await made.chown(owner.uid, owner.gid);
    },
  });
  try {
    const file = await open(folder.entry(name), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    if (owner) await file.chown(owner.uid, owner.gid);
    return {
      path,
      write: async (chunk) => {
        await file.writeFile(chunk);
      },
      close: () => file.close(),
    };
  } finally {
    await folder.close();
  }
}
