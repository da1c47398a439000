import { setTimeout as sleep } from 'node:timers/promises';

import { killAll, treeOf } from '../process-tree.ts';

const QUIET_ROUNDS = 2;
const ROUND_MS = 25;

/** Ends all processes that belong to the folder, until nothing new turns up. @returns how many it ended */
export async function endTree(folder: string): Promise<number> {
  let ended = 0;
  for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
    const found = await treeOf(folder);
    ended += await killAll(found);
    quiet = found.length === 0 ? quiet + 1 : 0;
    if (quiet < QUIET_ROUNDS) await sleep(ROUND_MS);
  }
  return ended;
}
